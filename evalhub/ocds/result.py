"""The result of an evaluation as an OCDS release package, from the state alone: bids, award, evaluation (docs/ocds.md).

- The committee recommends and the procuring entity awards: the first candidate is an award of status ``pending``, and a
  tie for the first place gives none.
- Members appear by alias (member-1 …). No name, seat, room or centre of an expert is in it, nor any sheet.
- Times are those of the ledger; the same bundle always gives the same bytes.
"""

from __future__ import annotations

from decimal import Decimal

from evalhub.core.codec import Record
from evalhub.core.errors import Refusal
from evalhub.core.ledger.times import format_time
from evalhub.core.rules import composition, result, rounds
from evalhub.core.rules.committee import applicable
from evalhub.core.rules.methods import asked
from evalhub.core.rules.plan import Project
from evalhub.core.rules.prices import PriceResult
from evalhub.core.rules.prices import Step as FormulaStep
from evalhub.core.rules.scoring import Summary, SummaryRow
from evalhub.core.rules.state import Phase, State
from evalhub.core.rules.working_days import announcement_due, hand_over_due
from evalhub.ocds import records as o

CURRENCY = "CNY"
BUYER = "buyer"
_BIDS = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_bid_extension/v1.1.5/extension.json"
_CATEGORY = {
    "works": "works", "water": "works", "goods": "goods", "government-goods": "goods",
    "services": "services", "government-services": "services",
}  # fmt: skip
_AWARD_CRITERIA = {
    "comprehensive": "ratedCriteria",
    "reasonable-low-price": "ratedCriteria",
    "lowest-price": "priceOnly",
}
_STATUS = {"complete": "complete", "failed": "unsuccessful", "stopped": "unsuccessful", "cancelled": "cancelled"}


class Publishing(Record):
    """What the ledger cannot know. ``prefix``: the publisher's registered OCID prefix; ``root``: of the ledger, hex;
    ``began``, ``ended``: hub time of the first round, and of the last answer to the report or the early end;
    ``published``: of the last entry, ms."""

    publisher: str
    prefix: str
    uri: str
    extension: str
    root: str
    began: int | None
    ended: int
    published: int


def package_of(state: State, how: Publishing) -> o.Package:
    """The release package. Raises ``Refusal("nothing-declared")`` for a session without plan, or still going on."""
    status = _status(state)
    if state.plan is None or status is None:
        raise Refusal("nothing-declared", phase=state.phase)
    moment = format_time(how.published)
    return o.Package(
        uri=how.uri,
        version="1.1",
        extensions=(_BIDS, how.extension),
        published_date=moment,
        publisher=o.Publisher(name=how.publisher),
        releases=(_release(state, how, status, moment),),
    )


def _status(state: State) -> str | None:
    if state.phase is Phase.CANCELLED or state.ending == "cancelled":
        return "cancelled"
    if state.ending:
        return "stopped" if state.ending == "stopped" else "failed"
    return "complete" if state.phase in (Phase.CLOSED, Phase.ARCHIVED) and state.ranking else None


def _release(state: State, how: Publishing, status: str, moment: str) -> o.Release:
    project = state.the_plan().project
    tenderers = tuple(o.Reference(id=bidder.code, name=bidder.name) for bidder in project.bidders)
    entity = o.Reference(id=BUYER, name=project.procuring_entity)
    return o.Release(
        ocid=project.ocid or f"{how.prefix}-{project.code}",
        id=f"{state.session}-{how.root[:16]}",
        date=moment,
        tag=("award",)
        if status == "complete"
        else ("tenderCancellation",)
        if status == "cancelled"
        else ("tenderUpdate",),
        initiation_type="tender",
        language="zh",
        parties=_parties(state, project),
        buyer=entity,
        tender=_tender(project, status, entity, tenderers),
        bids=_bids(state, project),
        awards=_awards(state, project) if status == "complete" else (),
        evaluation=_evaluation(state, how, status),
    )


def _parties(state: State, project: Project) -> tuple[o.Organization, ...]:
    first = set() if _status(state) != "complete" else {award.related_bid for award in _awards(state, project)}
    found = [o.Organization(id=BUYER, name=project.procuring_entity, roles=("buyer", "procuringEntity"))]
    found.append(o.Organization(id="agent", name=project.agent, roles=("procurementAgent",)))
    for bidder in project.bidders:
        roles = ("tenderer", "supplier") if bidder.code in first else ("tenderer",)
        found.append(o.Organization(id=bidder.code, name=bidder.name, roles=roles))
    return tuple(found)


def _tender(project: Project, status: str, entity: o.Reference, tenderers: tuple[o.Reference, ...]) -> o.Tender:
    return o.Tender(
        id=project.code,
        title=project.title.zh,
        title_en=project.title.en,
        status=_STATUS[status],
        procuring_entity=entity,
        number_of_tenderers=len(tenderers),
        tenderers=tenderers,
        main_procurement_category=_CATEGORY.get(project.project_class),
        value=_amount(project.ceiling),
        award_criteria=_AWARD_CRITERIA.get(project.method),
    )


def _bids(state: State, project: Project) -> o.Bids:
    judged = {bid.bidder: bid.valid for bid in state.bids}
    details = tuple(
        o.Bid(
            id=bidder.code,
            status="pending" if bidder.code not in judged else "valid" if judged[bidder.code] else "disqualified",
            tenderers=(o.Reference(id=bidder.code, name=bidder.name),),
            value=_amount(bidder.price),
        )
        for bidder in project.bidders
    )
    counts = [o.Statistic(id="bids", measure="bids", value=len(details))]
    if judged:
        counts.append(o.Statistic(id="valid-bids", measure="validBids", value=sum(judged.values())))
    return o.Bids(statistics=tuple(counts), details=details)


def _awards(state: State, project: Project) -> tuple[o.Award, ...]:
    first = [row for row in state.ranking if row.rank == 1]
    if len(first) != 1:
        return ()
    bidder = next(one for one in project.bidders if one.code == first[0].bidder)
    return (
        o.Award(
            id=f"{state.session}-1",
            status="pending",
            description="评标委员会推荐的第一中标候选人，由招标人依法确定中标人",
            suppliers=(o.Reference(id=bidder.code, name=bidder.name),),
            related_bid=bidder.code,
            value=_amount(bidder.price),
        ),
    )


def _evaluation(state: State, how: Publishing, status: str) -> o.Evaluation:
    plan = state.the_plan()
    declared = bool(state.ranking) and status == "complete"
    began = None if how.began is None else o.Period(start_date=format_time(how.began), end_date=format_time(how.ended))
    answers = [answer.answer for answer in state.answers.values()]
    return o.Evaluation(
        session=state.session,
        rehearsal=state.rehearsal,
        status=status,
        status_details=state.failure or None,
        period=began,
        announce_by=format_time(announcement_due(how.ended, plan.calendar)) if declared else None,
        hand_over_by=format_time(hand_over_due(how.ended, plan.calendar)),
        committee=_committee(state),
        criteria=_criteria(plan.project),
        examination=tuple(
            o.Examined(related_bid=bid.bidder, valid=bid.valid, failed_items=tuple(bid.failed)) for bid in state.bids
        ),
        results=_results(state) if declared else (),
        corrections=_corrections(state) if declared else (),
        signatures=o.Signatures(
            signed=answers.count("signed"), dissenting=answers.count("dissent"), deemed=answers.count("deemed")
        )
        if declared
        else None,
        ledger=o.Ledger(
            origin=state.origin,
            entries=state.size,
            root=how.root,
            plan=state.plan_digest or None,
            result=state.result if declared else None,
            report=state.report if declared else None,
        ),
    )


def _committee(state: State) -> o.Committee | None:
    if not state.aliases:
        return None
    return o.Committee(
        size=len(state.aliases),
        members=tuple(sorted(state.aliases.values(), key=rounds.member_number)),
        rules=tuple(rule.code for rule in applicable(composition.seated(state))),
        chair=state.chair or None,
    )


def _criteria(project: Project) -> o.Criteria:
    return o.Criteria(
        method=project.method,
        factors=tuple(
            o.CriteriaFactor(
                id=factor.code,
                title=factor.title.zh,
                title_en=factor.title.en,
                part=factor.part,
                kind=factor.kind,
                maximum=factor.highest,
            )
            for factor in asked(project)
        ),
        price_formula=str(project.price.__struct_config__.tag),
        price_points=project.price_points,
    )


def _results(state: State) -> tuple[o.Ranked, ...]:
    summary, prices = result.compute(state), result.price_result(state)
    return tuple(_ranked(state, summary, row, prices) for row in summary.rows)


def _ranked(state: State, summary: Summary, row: SummaryRow, prices: PriceResult) -> o.Ranked:
    own = next(one for one in prices.rows if one.bidder == row.bidder)
    return o.Ranked(
        related_bid=row.bidder,
        rank=row.rank,
        candidate=row.bidder in summary.candidates,
        total=row.total,
        parts=tuple(o.PartScore(part=part.part, score=part.score) for part in row.parts),
        members=_totals(state, row),
        price_steps=tuple(_step(step) for step in (*prices.steps, *own.steps)),
        price_score=own.score,
        evaluated_price=_amount(own.price if own.evaluated is None else own.evaluated),
    )


def _totals(state: State, row: SummaryRow) -> tuple[o.MemberTotal, ...]:
    """In the order of the aliases, which tells neither centre nor booth."""
    ordered = sorted(row.members, key=lambda one: rounds.member_number(state.aliases[one.seat]))
    return tuple(o.MemberTotal(member=state.aliases[one.seat], total=one.total, dropped=one.dropped) for one in ordered)


def _step(step: FormulaStep) -> o.PriceStep:
    return o.PriceStep(label=step.label, expression=step.expression, value=step.value)


def _corrections(state: State) -> tuple[o.Corrected, ...]:
    return tuple(
        o.Corrected(
            member=state.aliases[one.seat],
            related_bid=one.bidder,
            factor=one.factor,
            before=Decimal(one.before),
            after=Decimal(one.after),
        )
        for one in state.corrections
    )


def _amount(amount: Decimal) -> o.Value | None:
    """Nothing for a zero: where nothing is priced, nothing is published."""
    return o.Value(amount=amount, currency=CURRENCY) if amount else None
