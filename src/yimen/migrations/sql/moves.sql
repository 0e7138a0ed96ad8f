-- Who may do what: the table of moves. Each line is one kind of event, the link that may record it, and what it takes.

insert into record_role (role, login) values
    ('clerk', 'counter'), ('examiner', 'decide'), ('decider', 'decide'), ('maker', 'custody'), ('custodian', 'custody'),
    ('registrar', 'registry'), ('manager', 'registry'), ('supervisor', 'oversight');

insert into record_purpose (purpose, role, pool, kind, again) values
    ('counter', 'clerk', 'centre', 'case.counter_drawn', true),
    ('examiner', 'examiner', 'agency', 'case.examiner_drawn', true),
    ('decider', 'decider', 'agency', 'case.decider_drawn', true),
    ('maker', 'maker', 'centre', 'case.maker_drawn', false),
    ('first_custodian', 'custodian', 'centre', 'certificate.first_custodian_drawn', false),
    ('second_custodian', 'custodian', 'centre', 'certificate.second_custodian_drawn', false);

insert into record_move (kind, type, login, role, from_states, to_state, hat, holds, draws, content, effect, inner_only) values
    ('case.submitted', 'case', 'public', null, '{}', 'received', 'applicant', null, 'counter', false, 'casework_submitted', true),
    ('case.accepted', 'case', 'counter', 'clerk', '{received}', 'examining', 'counter', 'counter', 'examiner', false, 'casework_accepted', false),
    ('case.examined', 'case', 'decide', 'examiner', '{examining}', 'deciding', 'examiner', 'examiner', 'decider', false, 'casework_examined', false),
    ('case.granted', 'case', 'decide', 'decider', '{deciding}', 'granted', 'decider', 'decider', null, true, 'casework_granted', false),
    ('certificate.made', 'case', 'custody', 'maker', '{certifying}', 'made', 'maker', 'maker', 'first_custodian', false, 'casework_custody', false),
    ('certificate.released', 'case', 'custody', 'custodian', '{made}', 'half_released', 'first_custodian', 'first_custodian', 'second_custodian', false, 'casework_custody', false),
    ('certificate.released_again', 'case', 'custody', 'custodian', '{half_released}', 'released', 'second_custodian', 'second_custodian', null, false, 'casework_custody', false),
    ('entry.proposed', 'entry', 'registry', 'registrar', '{}', 'proposed', 'proposer', null, null, true, null, true),
    ('entry.confirmed', 'entry', 'registry', 'registrar', '{proposed}', 'confirmed', 'confirmer', null, null, false, 'registry_confirmed', false),
    ('draw.opened', 'draw', 'registry', 'manager', '{}', 'opened', 'centre_half', null, null, false, null, true),
    ('draw.committed', 'draw', 'oversight', 'supervisor', '{opened}', 'committed', 'supervisor_half', null, null, false, null, true);

insert into record_move (kind, type, login, from_states, to_state, hat, ends, effect) values
    ('case.withdrawn', 'case', 'public', '{received,examining,deciding}', 'withdrawn', 'applicant', true, 'casework_ended');

insert into record_move (kind, type, login, from_states, to_state, machine, content, draws, effect, ends, inner_only) values
    ('case.grant_signed', 'case', 'keeper', '{granted}', 'certifying', true, true, 'maker', 'casework_grant_signed', false, false),
    ('certificate.sealed', 'case', 'keeper', '{released}', 'sealed', true, true, null, 'casework_sealed', false, false),
    ('certificate.delivered', 'case', 'worker', '{sealed}', 'delivered', true, false, null, 'casework_ended', false, false),
    ('case.closed', 'case', 'worker', '{delivered}', 'closed', true, false, null, null, true, false),
    ('draw.revealed', 'draw', 'worker', '{committed}', 'revealed', true, false, null, null, true, true);

insert into record_cursor (name, login) values ('keeper', 'keeper'), ('delivery', 'worker');
