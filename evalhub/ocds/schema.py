"""The part of OCDS 1.1 (with lots and bids 1.1) that is read and written here, as a table of fields; and our extension.

Facts of the published standard: names, types, which field is required, closed and open code lists. A kind is one of

    string  number  integer  boolean  uri  date-time      plain values
    id                                                    text or whole number
    Name                                                  an object of this table
    [kind]                                                a list of them

``check`` applies it. Objects that are not needed here (items, contracts, milestones …) are named with the kind ``any``:
they belong to OCDS and nobody looks inside.

Source: standard.open-contracting.org, release-schema and release-package-schema 1.1.5; extensions lots and bids 1.1.5.
"""

from __future__ import annotations

from evalhub.core.codec import Record


class Field(Record):
    """One field: kind, whether it must be there, whether null is allowed, the codes of a closed list."""

    kind: str
    required: bool = False
    nullable: bool = True
    codes: frozenset[str] = frozenset()


def _must(kind: str, *codes: str) -> Field:
    return Field(kind=kind, required=True, nullable=False, codes=frozenset(codes))


def _may(kind: str, *codes: str) -> Field:
    return Field(kind=kind, codes=frozenset(codes))


def _never_null(kind: str) -> Field:
    return Field(kind=kind, nullable=False)


def _any(*names: str) -> dict[str, Field]:
    return {name: _may("any") for name in names}


TAGS = (
    *("planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation"),
    *("award", "awardUpdate", "awardCancellation", "contract", "contractUpdate", "contractAmendment"),
    *("implementation", "implementationUpdate", "contractTermination", "compiled"),
)
TENDER_STATUS = ("planning", "planned", "active", "cancelled", "unsuccessful", "complete", "withdrawn")
METHODS = ("open", "selective", "limited", "direct")
CATEGORIES = ("goods", "works", "services")
AWARD_STATUS = ("pending", "active", "cancelled", "unsuccessful")
BID_STATUS = ("invited", "pending", "valid", "disqualified", "withdrawn")

OBJECTS: dict[str, dict[str, Field]] = {
    "ReleasePackage": {
        "uri": _must("uri"),
        "version": _never_null("string"),
        "extensions": _never_null("[uri]"),
        "publishedDate": _must("date-time"),
        "releases": _must("[Release]"),
        "publisher": _must("Publisher"),
        "license": _may("uri"),
        "publicationPolicy": _may("uri"),
    },
    "Publisher": {"name": _must("string"), "scheme": _may("string"), "uid": _may("string"), "uri": _may("uri")},
    "Release": {
        "ocid": _must("string"),
        "id": _must("string"),
        "date": _must("date-time"),
        "tag": _must("[string]", *TAGS),
        "initiationType": _must("string", "tender"),
        "language": _may("string"),
        "parties": _never_null("[Organization]"),
        "buyer": _may("OrganizationReference"),
        "planning": _may("Planning"),
        "tender": _may("Tender"),
        "bids": _may("Bids"),
        "awards": _never_null("[Award]"),
        "evaluation": _may("Evaluation"),
        **_any("contracts", "relatedProcesses"),
    },
    "Planning": {"budget": _may("Budget"), **_any("rationale", "documents", "milestones")},
    "Budget": {
        "id": _may("id"),
        "description": _may("string"),
        "amount": _may("Value"),
        "project": _may("string"),
        "projectID": _may("id"),
        "uri": _may("uri"),
        **_any("source"),
    },
    "Tender": {
        "id": _must("id"),
        "title": _may("string"),
        "description": _may("string"),
        "status": _may("string", *TENDER_STATUS),
        "procuringEntity": _may("OrganizationReference"),
        "value": _may("Value"),
        "minValue": _may("Value"),
        "procurementMethod": _may("string", *METHODS),
        "procurementMethodDetails": _may("string"),
        "procurementMethodRationale": _may("string"),
        "mainProcurementCategory": _may("string", *CATEGORIES),
        "additionalProcurementCategories": _may("[string]"),
        "awardCriteria": _may("string"),
        "awardCriteriaDetails": _may("string"),
        "submissionMethod": _may("[string]"),
        "submissionMethodDetails": _may("string"),
        "tenderPeriod": _may("Period"),
        "enquiryPeriod": _may("Period"),
        "awardPeriod": _may("Period"),
        "contractPeriod": _may("Period"),
        "hasEnquiries": _may("boolean"),
        "eligibilityCriteria": _may("string"),
        "numberOfTenderers": _may("integer"),
        "tenderers": _never_null("[OrganizationReference]"),
        "lots": _never_null("[Lot]"),
        **_any("items", "documents", "milestones", "amendments", "amendment", "lotGroups", "lotDetails"),
    },
    "Lot": {
        "id": _must("id"),
        "title": _may("string"),
        "description": _may("string"),
        "status": _may("string", *TENDER_STATUS),
        "value": _may("Value"),
        "minValue": _may("Value"),
        "contractPeriod": _may("Period"),
        **_any("options", "recurrentProcurement", "renewals", "variants", "submissionTerms"),
    },
    "Bids": {"statistics": _never_null("[Statistic]"), "details": _never_null("[Bid]")},
    "Statistic": {
        "id": _must("string"),
        "measure": _must("string"),
        "value": _must("number"),
        "date": _may("date-time"),
        "notes": _may("string"),
        "relatedLot": _may("string"),
    },
    "Bid": {
        "id": _must("id"),
        "date": _may("date-time"),
        "status": _may("string", *BID_STATUS),
        "tenderers": _never_null("[OrganizationReference]"),
        "value": _may("Value"),
        "relatedLots": _may("[string]"),
        **_any("documents"),
    },
    "Award": {
        "id": _must("id"),
        "title": _may("string"),
        "description": _may("string"),
        "status": _may("string", *AWARD_STATUS),
        "date": _may("date-time"),
        "value": _may("Value"),
        "suppliers": _never_null("[OrganizationReference]"),
        "relatedBid": _may("string"),
        "relatedLots": _may("[string]"),
        **_any("items", "contractPeriod", "documents", "amendments", "amendment"),
    },
    "Organization": {
        "id": _must("string"),
        "name": _may("string"),
        "roles": _may("[string]"),
        **_any("identifier", "additionalIdentifiers", "address", "contactPoint", "details"),
    },
    "OrganizationReference": {
        "id": _must("id"),
        "name": _may("string"),
        **_any("identifier", "additionalIdentifiers", "address", "contactPoint"),
    },
    "Value": {"amount": _may("number"), "currency": _may("string")},
    "Period": {
        "startDate": _may("date-time"),
        "endDate": _may("date-time"),
        "maxExtentDate": _may("date-time"),
        "durationInDays": _may("integer"),
    },
    # -- our extension (docs/ocds.md) --------------------------------------------------------------------------
    "Evaluation": {
        "session": _must("string"),
        "rehearsal": _must("boolean"),
        "status": _must("string", "complete", "failed", "stopped", "cancelled"),
        "statusDetails": _may("string"),
        "period": _may("Period"),
        "announceBy": _may("date-time"),
        "handOverBy": _may("date-time"),
        "committee": _may("EvaluationCommittee"),
        "criteria": _may("EvaluationCriteria"),
        "examination": _never_null("[EvaluationExamination]"),
        "results": _never_null("[EvaluationResult]"),
        "corrections": _never_null("[EvaluationCorrection]"),
        "signatures": _may("EvaluationSignatures"),
        "ledger": _must("EvaluationLedger"),
    },
    "EvaluationCommittee": {
        "size": _must("integer"),
        "chair": _may("string"),
        "members": _must("[string]"),
        "rules": _must("[string]"),
    },
    "EvaluationCriteria": {
        "method": _must("string"),
        "factors": _must("[EvaluationFactor]"),
        "priceFormula": _must("string"),
        "pricePoints": _must("number"),
    },
    "EvaluationFactor": {
        "id": _must("string"),
        "title": _must("string"),
        "part": _must("string", "technical", "business"),
        "kind": _must("string", "subjective", "objective"),
        "maximum": _must("number"),
    },
    "EvaluationExamination": {
        "relatedBid": _must("string"),
        "valid": _must("boolean"),
        "failedItems": _never_null("[string]"),
    },
    "EvaluationResult": {
        "relatedBid": _must("string"),
        "rank": _must("integer"),
        "candidate": _must("boolean"),
        "total": _must("number"),
        "priceScore": _may("number"),
        "evaluatedPrice": _may("Value"),
        "parts": _must("[EvaluationPart]"),
        "members": _must("[EvaluationMember]"),
        "priceSteps": _must("[EvaluationStep]"),
    },
    "EvaluationPart": {"part": _must("string"), "score": _must("number")},
    "EvaluationMember": {"member": _must("string"), "total": _must("number"), "dropped": _must("boolean")},
    "EvaluationStep": {"label": _must("string"), "expression": _must("string"), "value": _must("string")},
    "EvaluationCorrection": {
        "member": _must("string"),
        "relatedBid": _must("string"),
        "factor": _must("string"),
        "before": _must("number"),
        "after": _must("number"),
    },
    "EvaluationSignatures": {
        "signed": _must("integer"),
        "dissenting": _must("integer"),
        "deemed": _must("integer"),
    },
    "EvaluationLedger": {
        "origin": _must("string"),
        "entries": _must("integer"),
        "root": _must("string"),
        "plan": _may("string"),
        "result": _may("string"),
        "report": _may("string"),
    },
}
TRANSLATED = frozenset({"title", "description", "name", "awardCriteriaDetails", "statusDetails"})  # and title_en, …
