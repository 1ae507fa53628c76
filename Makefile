# evalhub's one door. Needs: GNU make, a Python of 3.11 or newer with its venv module; Node.js 20 or newer once, for the
# browser pages and their tests. Everything else is installed from the lock files, every package checked by its hash.
#
#   make        what there is to do

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup browser demo test bench lock clean

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input --quiet
LOCKED := $(VENV)/.locked
INSTALLED := $(VENV)/.installed
PAGES := $(VENV)/.pages
OLDEST := 3.11

help: ## 列出可用命令 / list what there is to do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

setup: $(INSTALLED) $(PAGES) ## 安装依赖（只在锁文件变化时重做） / install what is needed, again only when a lock file changes

browser: ## 安装浏览器测试所需的系统包 / install the system packages of the browser tests
	@tools/browser

demo: setup ## 在本机启动中心、主场、客场、监督 / hub, host, guest and oversight on this machine
	@$(VENV)/bin/evalhub demo

test: setup browser ## 全部检查：格式、类型、导入方向、测试 / every check: style, types, direction of imports, tests
	@tools/check $(PY)

bench: setup ## 性能比值（QUICK=1 为小规模） / performance as ratios (QUICK=1 for a small run)
	@$(PY) -m benchmarks $(if $(QUICK),--quick)

lock: $(LOCKED) ## 重新生成锁文件 / resolve the dependencies again and write the lock files
	@$(PY) tools/lock.py

clean: ## 删除安装与缓存 / remove what was installed and all caches
	@rm -rf $(VENV) node_modules evalhub/web/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than the files it was made from, or the step runs again.
$(INSTALLED): $(LOCKED) pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# Without Node.js everything but the pages works, so that is said and not an error; it is tried again next time.
$(PAGES): package-lock.json evalhub/web/vendor.sha256 tools/web.py | $(LOCKED)
	@if command -v npm >/dev/null; then $(PY) tools/web.py && touch $@; else \
	  echo "没有找到 npm：浏览器页面未安装，其余可用。 / npm was not found: no browser pages, all else works." >&2; fi

$(LOCKED): requirements/dev.txt requirements/independent.txt tools/python
	@test -x $(PY) || "$$(tools/python $(OLDEST))" -m venv $(VENV)
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@$(PIP) install --require-hashes --no-deps --ignore-requires-python --requirement requirements/independent.txt
	@touch $@
