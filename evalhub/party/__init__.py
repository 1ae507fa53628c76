"""What every party that speaks to the hub runs (each centre and oversight): keys, outbox, uplink, mirror, witness,
trustee. Holds nothing that only a centre or only oversight may do.
"""
