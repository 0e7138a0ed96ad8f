-- Who may do what: the table of moves. Each line is one kind of event, the link that may record it, and what it takes.

insert into record_role (role, login) values
    ('clerk', 'counter'), ('examiner', 'decide'), ('decider', 'decide'), ('maker', 'custody'), ('custodian', 'custody'),
    ('registrar', 'registry'), ('manager', 'registry'), ('editor', 'registry'), ('reviewer', 'registry'), ('supervisor', 'oversight');

insert into record_purpose (purpose, role, pool, kind, again, waits) values
    ('window', 'clerk', 'centre', 'visit.window_drawn', true, null),
    ('counter', 'clerk', 'centre', 'case.counter_drawn', true, 'casework_draw_waits'),
    ('examiner', 'examiner', 'agency', 'case.examiner_drawn', true, 'casework_draw_waits'),
    ('decider', 'decider', 'agency', 'case.decider_drawn', true, 'casework_draw_waits'),
    ('maker', 'maker', 'centre', 'case.maker_drawn', false, 'casework_draw_waits'),
    ('first_custodian', 'custodian', 'centre', 'certificate.first_custodian_drawn', false, 'casework_draw_waits'),
    ('second_custodian', 'custodian', 'centre', 'certificate.second_custodian_drawn', false, 'casework_draw_waits'),
    ('deliverer', 'clerk', 'centre', 'case.deliverer_drawn', false, 'casework_draw_waits');

-- People's steps of a case.
insert into record_move (kind, type, login, role, from_states, to_state, hat, holds, keeps, draws, content, effect, inner_only) values
    ('case.submitted', 'case', 'public', null, '{}', 'received', 'applicant', null, false, 'counter', false, 'casework_submitted', true),
    ('case.taken', 'case', 'counter', 'clerk', '{}', 'received', 'counter', null, false, null, false, 'casework_submitted', true),
    ('case.correction_asked', 'case', 'counter', 'clerk', '{received}', 'correcting', 'counter', 'counter', false, null, true, 'casework_correction_asked', false),
    ('case.corrected', 'case', 'public', null, '{correcting}', 'received', 'applicant', null, false, 'counter', false, 'casework_corrected', true),
    ('case.corrected_at_window', 'case', 'counter', 'clerk', '{correcting}', 'received', 'counter', null, false, 'counter', false, 'casework_corrected', true),
    ('case.accepted', 'case', 'counter', 'clerk', '{received}', 'examining', 'counter', 'counter', false, 'examiner', false, 'casework_accepted', false),
    ('case.examined', 'case', 'decide', 'examiner', '{examining}', 'deciding', 'examiner', 'examiner', false, 'decider', false, 'casework_examined', false),
    ('case.sent_back', 'case', 'decide', 'decider', '{deciding}', 'examining', 'decider', 'decider', false, 'examiner', true, 'casework_sent_back', false),
    ('case.granted', 'case', 'decide', 'decider', '{deciding}', 'granted', 'decider', 'decider', false, null, true, 'casework_granted', false),
    ('case.denied', 'case', 'decide', 'decider', '{deciding}', 'denied', 'decider', 'decider', false, null, true, 'casework_denied', false),
    ('certificate.made', 'case', 'custody', 'maker', '{certifying}', 'made', 'maker', 'maker', false, 'first_custodian', false, 'casework_made', false),
    ('certificate.released', 'case', 'custody', 'custodian', '{made}', 'half_released', 'first_custodian', 'first_custodian', false, 'second_custodian', false, 'casework_custody', false),
    ('certificate.released_again', 'case', 'custody', 'custodian', '{half_released}', 'released', 'second_custodian', 'second_custodian', false, null, false, 'casework_custody', false),
    ('certificate.posted', 'case', 'counter', 'clerk', '{sealed}', 'posted', 'counter', 'deliverer', true, null, false, 'casework_posted', false),
    ('certificate.arrival_noted', 'case', 'counter', 'clerk', '{posted}', 'delivered', 'counter', 'deliverer', false, null, false, 'casework_arrival_noted', false),
    ('certificate.return_noted', 'case', 'counter', 'clerk', '{posted}', 'sealed', 'counter', 'deliverer', true, null, false, 'casework_returned', false),
    ('certificate.loss_noted', 'case', 'counter', 'clerk', '{posted}', 'sealed', 'counter', 'deliverer', true, null, false, 'casework_returned', false),
    ('certificate.handed_over', 'case', 'counter', 'clerk', '{sealed}', 'delivered', 'counter', 'deliverer', false, null, false, 'casework_handed_over', false),
    ('original.taken', 'case', 'counter', 'clerk', '{received,correcting,examining,deciding,granted,certifying,made,half_released,released,sealed,posted}', '=', 'counter', null, false, null, false, 'casework_original_taken', true),
    ('original.returned', 'case', 'counter', 'clerk', '{received,correcting,examining,deciding,granted,denied,certifying,made,half_released,released,sealed,posted,delivered,kept,withdrawn,refused,not_required,lapsed}', '=', 'counter', null, false, null, false, 'casework_original_returned', true),
    ('case.seen', 'case', 'counter', 'clerk', '{received,correcting,examining,deciding}', '=', 'counter', null, false, null, false, 'casework_verified', true);

-- Steps that end a case.
insert into record_move (kind, type, login, role, from_states, to_state, hat, holds, content, ends, effect) values
    ('case.withdrawn', 'case', 'public', null, '{received,correcting,examining,deciding}', 'withdrawn', 'applicant', null, false, true, 'casework_ended'),
    ('case.not_required', 'case', 'counter', 'clerk', '{received}', 'not_required', 'counter', 'counter', true, true, 'casework_turned_away'),
    ('case.refused', 'case', 'counter', 'clerk', '{received}', 'refused', 'counter', 'counter', true, true, 'casework_turned_away'),
    ('certificate.kept', 'case', 'counter', 'clerk', '{sealed}', 'kept', 'counter', 'deliverer', false, true, 'casework_kept'),
    ('certificate.collected_late', 'case', 'counter', 'clerk', '{kept}', 'closed', 'counter', null, false, true, 'casework_handed_over');

-- Whoever has an interest, or will be away, hands the step back and chance picks another.
insert into record_move (kind, type, login, role, from_states, to_state, hat, holds, draws, redraws, effect) values
    ('case.clerk_stepped_aside', 'case', 'counter', 'clerk', '{received}', '=', 'counter', 'counter', 'counter', true, 'casework_stepped_aside'),
    ('case.examiner_stepped_aside', 'case', 'decide', 'examiner', '{examining}', '=', 'examiner', 'examiner', 'examiner', true, 'casework_stepped_aside'),
    ('case.decider_stepped_aside', 'case', 'decide', 'decider', '{deciding}', '=', 'decider', 'decider', 'decider', true, 'casework_stepped_aside'),
    ('certificate.maker_stepped_aside', 'case', 'custody', 'maker', '{certifying}', '=', 'maker', 'maker', 'maker', true, 'casework_stepped_aside'),
    ('certificate.first_custodian_stepped_aside', 'case', 'custody', 'custodian', '{made}', '=', 'first_custodian', 'first_custodian', 'first_custodian', true, 'casework_stepped_aside'),
    ('certificate.second_custodian_stepped_aside', 'case', 'custody', 'custodian', '{half_released}', '=', 'second_custodian', 'second_custodian', 'second_custodian', true, 'casework_stepped_aside'),
    ('certificate.deliverer_stepped_aside', 'case', 'counter', 'clerk', '{sealed,posted}', '=', 'counter', 'deliverer', 'deliverer', true, 'casework_stepped_aside');

-- What time and machines bring.
insert into record_move (kind, type, login, from_states, to_state, machine, content, draws, effect, ends, inner_only) values
    ('case.deemed_accepted', 'case', 'worker', '{received}', 'examining', true, false, 'examiner', 'casework_deemed_accepted', false, false),
    ('case.lapsed', 'case', 'worker', '{correcting}', 'lapsed', true, false, null, 'casework_lapsed', true, false),
    ('case.verified', 'case', 'worker', '{received,correcting,examining,deciding}', '=', true, false, null, 'casework_verified', false, false),
    ('case.check_differed', 'case', 'worker', '{received,correcting,examining,deciding}', '=', true, false, null, 'casework_check_differed', false, false),
    ('case.recounted', 'case', 'worker', '{received,correcting,examining,deciding,granted,certifying,made,half_released,released,sealed,posted}', '=', true, false, null, 'casework_recounted', false, true),
    ('case.left_to_manager', 'case', 'worker', '{received,correcting,examining,deciding,granted,certifying,made,half_released,released,sealed,posted,delivered,denied}', '=', true, false, null, 'casework_left_to_manager', false, true),
    ('fee.paid', 'case', 'worker', '{examining,deciding,granted,certifying,denied,closed,withdrawn}', '=', true, false, null, 'casework_fee_paid', false, false),
    ('case.grant_signed', 'case', 'keeper', '{granted}', 'certifying', true, true, 'maker', 'casework_grant_signed', false, false),
    ('certificate.sealed', 'case', 'keeper', '{released}', 'sealed', true, true, null, 'casework_sealed', false, true),
    ('certificate.delivered', 'case', 'worker', '{sealed,posted}', 'delivered', true, false, null, 'casework_delivered', false, false),
    ('certificate.returned', 'case', 'worker', '{posted}', 'sealed', true, false, null, 'casework_returned', false, false),
    ('case.closed', 'case', 'worker', '{delivered,denied}', 'closed', true, false, null, 'casework_closed', true, false),
    ('draw.revealed', 'draw', 'worker', '{committed}', 'revealed', true, false, null, null, true, true);

-- What the database writes by itself after another move.
insert into record_move (kind, type, login, from_states, to_state, machine, follows) values
    ('case.draw_waits', 'case', '=', '{received,examining,deciding,certifying,made,half_released,sealed}', '=', true, true),
    ('fee.asked', 'case', '=', '{examining}', '=', true, true);

-- A visit: whoever greets does not serve, and whoever serves was drawn.
insert into record_move (kind, type, login, role, from_states, to_state, hat, holds, draws, ends, effect, inner_only) values
    ('visit.opened', 'visit', 'counter', 'clerk', '{}', 'waiting', 'greeter', null, 'window', false, 'casework_visit_opened', true),
    ('visit.ended', 'visit', 'counter', 'clerk', '{waiting}', 'ended', 'server', 'window', null, true, 'casework_visit_ended', false);

-- A mandate: one person lets another act.
insert into record_move (kind, type, login, from_states, to_state, hat, ends, effect, inner_only) values
    ('mandate.given', 'mandate', 'public', '{}', 'given', 'principal', false, null, true),
    ('mandate.ended', 'mandate', 'public', '{given}', 'ended', 'principal', true, 'casework_mandate_ended', true);

-- A change of items: whoever edits never publishes.
insert into record_move (kind, type, login, role, from_states, to_state, hat, content, ends, effect, inner_only) values
    ('revision.opened', 'revision', 'registry', 'editor', '{}', 'draft', 'editor', true, false, null, true),
    ('revision.saved', 'revision', 'registry', 'editor', '{draft}', '=', 'editor', true, false, null, true),
    ('revision.submitted', 'revision', 'registry', 'editor', '{draft}', 'submitted', 'editor', true, false, 'registry_submitted', true),
    ('revision.withdrawn', 'revision', 'registry', 'editor', '{draft,submitted}', 'withdrawn', 'editor', true, true, null, true),
    ('revision.returned', 'revision', 'registry', 'reviewer', '{submitted}', 'draft', 'reviewer', true, false, null, true),
    ('revision.published', 'revision', 'registry', 'reviewer', '{submitted}', 'published', 'reviewer', true, true, 'registry_published', true);

-- A change of places: whoever proposes never confirms.
insert into record_move (kind, type, login, role, from_states, to_state, hat, content, ends, effect, inner_only) values
    ('place.proposed', 'place', 'registry', 'manager', '{}', 'proposed', 'proposer', true, false, null, true),
    ('place.confirmed', 'place', 'registry', 'manager', '{proposed}', 'confirmed', 'confirmer', true, true, 'registry_place_confirmed', true),
    ('place.declined', 'place', 'registry', 'manager', '{proposed}', 'declined', 'confirmer', true, true, null, true),
    ('place.withdrawn', 'place', 'registry', 'manager', '{proposed}', 'withdrawn', 'proposer', true, true, null, true);

insert into record_move (kind, type, login, role, from_states, to_state, hat, content, effect, inner_only) values
    ('entry.proposed', 'entry', 'registry', 'registrar', '{}', 'proposed', 'proposer', true, null, true),
    ('entry.confirmed', 'entry', 'registry', 'registrar', '{proposed}', 'confirmed', 'confirmer', false, 'registry_confirmed', false),
    ('draw.opened', 'draw', 'registry', 'manager', '{}', 'opened', 'centre_half', false, null, true),
    ('draw.committed', 'draw', 'oversight', 'supervisor', '{opened}', 'committed', 'supervisor_half', false, null, true);

insert into record_cursor (name, login) values ('keeper', 'keeper'), ('delivery', 'worker');

-- The applicant says how she is reached, while the case is open.
insert into record_move (kind, type, login, from_states, to_state, hat, inner_only) values
    ('case.contact_changed', 'case', 'public', '{received,correcting,examining,deciding,granted,certifying,made,half_released,released,sealed,posted}', '=', 'applicant', true);
insert into record_cursor (name, login) values ('issued', 'keeper');
