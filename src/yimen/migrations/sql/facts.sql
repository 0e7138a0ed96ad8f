-- What an event may say, move by move: exactly these facts, each a text of its pattern, or a whole number ('#'); one with a '?' may be missing. Whatever is not
-- listed here is written by the database itself (filing, draws, days of draws, entries, fees, counting again), or compared word for
-- word by the effect of its move (findings, deemed acceptance). A test looks that no other kind is left out.
update record_move m set facts = x.facts::jsonb
from (values
    ('case.correction_asked', '{"content": "^[0-9a-f]{64}$"}'),
    ('case.accepted', '{"form": "^complete$"}'),
    ('case.sent_back', '{"content": "^[0-9a-f]{64}$"}'),
    ('case.granted', '{"verdict": "^granted$", "content": "^[0-9a-f]{64}$"}'),
    ('case.denied', '{"verdict": "^denied$", "content": "^[0-9a-f]{64}$"}'),
    ('case.not_required', '{"content": "^[0-9a-f]{64}$"}'),
    ('case.refused', '{"content": "^[0-9a-f]{64}$"}'),
    ('case.withdrawn', '{}'),
    ('case.clerk_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('case.examiner_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('case.decider_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('certificate.maker_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('certificate.first_custodian_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('certificate.second_custodian_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('certificate.deliverer_stepped_aside', '{"ground": "^[a-z]{1,20}$"}'),
    ('certificate.made', '{"decision": "^[0-9a-f]{64}$", "seal": "^.{1,100}$"}'),
    ('certificate.released', '{"decision": "^[0-9a-f]{64}$", "seal": "^.{1,100}$"}'),
    ('certificate.released_again', '{"decision": "^[0-9a-f]{64}$", "seal": "^.{1,100}$"}'),
    ('certificate.kept', '{}'),
    ('original.taken', '{"material": "^[a-z0-9_-]{1,60}$", "pieces": "#"}'),
    ('original.returned', '{"taken": "#"}'),
    ('case.seen', '{"what": "^[a-z_]{1,30}$"}'),
    ('case.verified', '{"what": "^[a-z_]{1,30}$"}'),
    ('case.check_differed', '{"what": "^[a-z_]{1,30}$"}'),
    ('case.lapsed', '{}'),
    ('case.closed', '{"result": "^(granted|denied)$"}'),
    ('case.grant_signed', '{"content": "^[0-9a-f]{64}$"}'),
    ('certificate.sealed', '{"content": "^[0-9a-f]{64}$", "number": "^[0-9a-f]{64}$"}'),
    ('certificate.delivered', '{"way": "^(electronic|post|window)$"}'),
    ('fee.paid', '{"amount": "#", "reference": "^[A-Za-z0-9._:/-]{1,100}$", "order": "^Y[0-9]{8}[0-9A-F]{16}$"}'),
    ('mandate.ended', '{}'),
    ('entry.confirmed', '{"proposed": "^[0-9a-f]{64}$"}')) as x (kind, facts)
where m.kind = x.kind;
