"""客场（副场）: a guest centre's site. What every centre does is in ``evalhub.site``; here is only what a guest may."""
