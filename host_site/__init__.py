"""主场: the host centre's site. Everything a centre does is in ``evalhub.site``; here is what only a host may do."""
