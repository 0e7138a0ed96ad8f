-- Who may touch what. {record} cannot log in; {door} and the others are the logins of this installation.
-- docs/privileges.md says the same as a table, and a test compares the two with what the database holds.

-- The record's role may add to the record; it cannot change or delete an event either.
grant usage on schema public to {record}, {door}, {public}, {counter}, {decide}, {custody}, {registry}, {oversight}, {worker}, {keeper};
do $$
declare t record;
begin
    for t in select c.oid::regclass as name from pg_class c
             where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname ~ '^(record|registry|casework)_' loop
        execute format('grant select on %s to {record}', t.name);
    end loop;
end $$;
grant insert on record_epoch, record_session, record_event, record_hat, record_draw_day, record_draw_seed, record_draw_roster, record_place,
    registry_entry, registry_revision, registry_change, registry_city, registry_division, registry_agency, registry_centre, registry_window, registry_person, registry_post,
    registry_duty, registry_organisation, registry_seal, registry_item, registry_calendar, registry_closure,
    casework_document, casework_document_key, casework_reading, casework_contact, casework_serial_day,
    casework_mandate, casework_original, casework_fee, casework_due_writing, casework_parcel,
    casework_pause, casework_pace, registry_calendar_change to {record};
grant insert, update on record_stream, record_assignment, record_parked, casework_draft, casework_clock, casework_due_row to {record};
grant insert on casework_case, casework_visit to {record};
grant insert, update on casework_check, casework_order to {record};
grant update (form, unverified, instant) on casework_case to {record};
grant update (identity, resident_id, name, outcome, ended_at) on casework_visit to {record};
grant update (until) on record_hat to {record};
grant update (ended_at) on casework_mandate to {record};
grant update (resumed, resumed_on) on casework_pause to {record};
grant update (epoch, seen, due_on, stream, done_at) on registry_calendar_change to {record};
grant update (returned) on casework_original to {record};
grant update (tries, looked_at, next_at, returned) on casework_parcel to {record};
grant update (paid, paid_at, reference) on casework_fee to {record};
grant update on record_horizon, record_cursor to {record};
grant update (ended_at) on record_session to {record};
grant update (supervisor_commitment, revealed) on record_draw_day to {record};
grant update (removed_at, filed) on casework_document to {record};
grant delete on casework_document_key, record_parked to {record};
grant update on registry_city, registry_division, registry_agency, registry_centre, registry_window, registry_person, registry_post,
    registry_duty, registry_organisation, registry_seal, registry_calendar, registry_closure to {record};
grant update (ended_at) on registry_item to {record};
grant insert, update on registry_spelling, registry_synonym, registry_element, registry_life_event, registry_offer to {record};
grant insert, update, delete on registry_sought, registry_reading to {record};
grant select, insert on oversight_hour, oversight_orphan to {record};
grant update (open_cases, lacking) on oversight_hour to {record};
grant update (gone_at) on oversight_orphan to {record};
grant usage, select on sequence casework_serial to {record};
grant update (base) on casework_serial_day to {record};
grant insert on casework_notice to {record};
grant update (read_at) on casework_notice to {record};
grant insert, update on casework_mail to {record};
grant update (phone, email, given_by, changed_at) on casework_contact to {record};
grant insert on casework_issued, casework_issued_year, casework_certificate to {record};
grant insert on casework_followed to {record};
grant insert, update on casework_follow to {record};
grant insert, update, delete on casework_attempt to {record};
grant usage on sequence casework_issued_serial to {record};

-- What everybody may read: the catalogue, the places, the calendar, the signed minutes.
grant select on registry_city, registry_division, registry_agency, registry_centre, registry_window, registry_seal, registry_item, registry_in_force, registry_calendar,
    registry_closure, registry_offer, registry_offering, record_minute, record_clock to {door}, {public}, {counter}, {decide}, {custody}, {registry}, {oversight}, {worker}, {keeper};

grant select on registry_spelling, registry_synonym, registry_element, registry_sought, registry_life_event to {door}, {public}, {counter}, {decide}, {custody}, {registry}, {oversight}, {worker}, {keeper};
grant usage on schema spelt to {record};

grant select on registry_in_force to {record};

-- The registry compares the city's folder with what is there; it writes nothing itself.
grant select on registry_person, registry_post, registry_duty, registry_organisation, registry_entry, record_draw_day, record_role to {registry};

-- Oversight reads the record and the registry, but neither seeds, keys, sessions nor contact details.
grant select on record_stream, record_event, record_hat, record_move, record_purpose, record_role, record_place, record_horizon, record_cursor, record_parked,
    record_draw_day, record_epoch, registry_entry, registry_revision, registry_post, registry_duty, registry_organisation,
    casework_case, casework_clock, casework_decision, casework_grant, casework_certificate, casework_due_row, casework_reading,
    casework_writing, casework_due_writing, casework_original, casework_fee, casework_parcel, casework_mandate, casework_pause, registry_calendar_change to {oversight};
grant select (stream, centre, person, day, identity, ticket, outcome, ended_at) on casework_visit to {oversight};

grant select on casework_check, casework_order to {oversight};
grant select (id, staff_no, username, name_zh, name_en, ended_at) on registry_person to {oversight};
grant select on oversight_hour, oversight_orphan, casework_followed to {oversight};

-- Readers of the record. Both also record steps that have chance draw; so in a transaction that wrote something they read none of it:
-- whoever saw who was drawn before it is committed could go back on it until another day.
alter table record_event enable row level security;
alter table record_stream enable row level security;
create policy record_does on record_event to {record} using (true) with check (true);
create policy record_does on record_stream to {record} using (true) with check (true);
create policy oversight_reads on record_event for select to {oversight} using (true);
create policy oversight_reads on record_stream for select to {oversight} using (true);
create policy readers_read_what_is_committed on record_event for select to {worker}, {keeper} using (pg_current_xact_id_if_assigned() is null);
create policy readers_read_what_is_committed on record_stream for select to {worker}, {keeper} using (pg_current_xact_id_if_assigned() is null);
grant select on record_event, record_place, record_stream, record_cursor, record_parked, record_horizon to {worker}, {keeper};
grant select on record_hat, record_purpose, record_move, casework_case, casework_decision, casework_grant, casework_certificate,
    registry_organisation to {keeper};
grant select (id, name_zh, name_en) on registry_person to {keeper};
grant insert (stream, number, signature) on casework_grant to {keeper};
grant insert on record_minute to {keeper};
grant select on casework_issued, casework_issued_kind to {oversight};

-- The service level of messages is for everybody; what became of a message, without any address, for who watches and who sends.
grant select on casework_notice_policy to {public}, {oversight}, {worker};
grant select on casework_notice to {oversight};
grant select on casework_mail to {oversight}, {worker};

-- The decision is written by who decides, in the same statement as the event that carries its hash.
grant insert (stream, number, kind, body) on casework_decision to {decide};


-- Functions that serving logins call. Everything else is reached only through these.
do $$
declare f record;
begin
    for f in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = 'public'::regnamespace loop
        execute format('revoke all on function %s from public', f.name);
        execute format('alter function %s owner to {record}', f.name);
    end loop;
    for f in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname in (
        'record_append', 'record_session_open', 'record_session_end', 'record_session_who', 'record_posts', 'record_sessions_end',
        'record_draw_open', 'record_draw_commit', 'record_draw_reveal', 'record_draw_public', 'record_draw_coming', 'record_roster',
        'record_sequence', 'record_advance', 'record_park', 'record_unpark',
        'registry_find', 'registry_revise', 'registry_revisions', 'registry_revision_read', 'registry_revision_sent', 'registry_coming', 'registry_within', 'registry_changeable',
        'registry_keeper', 'registry_still_asked', 'registry_keep_reading', 'registry_kept_reading',
        'registry_managed', 'registry_change_step', 'registry_changes', 'registry_change_read', 'registry_change_seconds',
        'registry_propose', 'registry_waiting', 'registry_found', 'registry_today',
        'record_draw_waiting', 'casework_visit_open', 'casework_visits', 'casework_mandate_give', 'casework_mandate_end', 'casework_mandates',
        'casework_open', 'casework_reuse', 'casework_ask_confirmation', 'casework_confirmation', 'casework_confirm', 'casework_correct',
        'casework_confirmation_open', 'casework_keep_answers', 'casework_kept_answers', 'casework_follow', 'casework_follow_paper', 'casework_follow_print',
        'casework_guess', 'casework_follow_read', 'casework_read', 'casework_over',
        'casework_originals_out', 'casework_at_counter',
        'casework_of_visitor', 'casework_check_later', 'casework_pay', 'casework_payment', 'casework_order_soon', 'casework_orders',
        'casework_orders_due', 'casework_order_seen',
        'casework_order_quoted', 'casework_order_came', 'casework_parcels_due', 'casework_parcel_later', 'casework_lay_down_days',
        'oversight_visited', 'oversight_complete', 'oversight_look', 'oversight_orphans', 'record_restored',
        'casework_overdue', 'casework_unverified', 'casework_recount', 'casework_took',
        'casework_start', 'casework_save', 'casework_attach', 'casework_detach', 'casework_file', 'casework_apply',
        'casework_renew', 'record_rehome',
        'casework_worklist', 'casework_mine', 'casework_drafts', 'casework_draft_view', 'casework_organisations', 'casework_view',
        'casework_worked',
        'casework_notify', 'casework_notices', 'casework_notices_waiting', 'casework_notices_read', 'casework_contact_change',
        'casework_mail_claim', 'casework_mail_hand_over', 'casework_mail_settle', 'casework_mail_recover', 'casework_mail_bounced', 'casework_mail_decide',
        'casework_issued_due', 'casework_issued_source', 'casework_issued_number', 'casework_issue', 'casework_issued_status',
        'casework_desk', 'casework_due',
        'casework_open_document', 'casework_all', 'casework_numbered', 'casework_certificate_status', 'casework_seal') loop
        execute format('alter function %s security definer set search_path = pg_catalog, public, pg_temp
                        set datestyle = ''ISO, YMD'' set timezone = ''UTC'' set standard_conforming_strings = on set row_security = on', f.name);
    end loop;
    -- Everything these look up is by key: planning it anew for each call cost a third of their time and found nothing better, and
    -- while tables are small the planner would rather read them whole, which it then goes on doing when they have grown.
    for f in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname in (
        'record_append', 'record_session_who', 'casework_apply', 'casework_file', 'casework_attach', 'casework_start', 'casework_save',
        'casework_draft_view', 'casework_open', 'casework_ask_confirmation', 'casework_confirmation_open', 'casework_confirmation',
        'casework_confirm', 'casework_correct', 'casework_at_counter', 'casework_visit_open', 'casework_visits',
        'casework_view', 'casework_open_document', 'casework_worklist', 'casework_mine', 'casework_drafts',
        'casework_all', 'casework_due', 'casework_numbered', 'casework_worked', 'casework_desk', 'casework_notices', 'casework_notices_waiting',
        'casework_orders', 'registry_find') loop
        execute format('alter function %s set plan_cache_mode = force_generic_plan set enable_hashjoin = off set enable_mergejoin = off
                        set enable_seqscan = off', f.name);
    end loop;
end $$;

grant execute on function registry_today, record_draw_public to {door}, {public}, {counter}, {decide}, {custody}, {registry}, {oversight}, {worker}, {keeper};
grant execute on function record_digest to {decide}, {counter};
grant execute on function record_session_open, record_posts, record_sessions_end to {door};
grant execute on function record_session_end to {door}, {public}, {counter}, {decide}, {custody}, {registry}, {oversight};
grant execute on function record_session_who to {public}, {counter}, {decide}, {custody}, {registry}, {oversight};
grant execute on function record_append to {public}, {counter}, {decide}, {custody}, {registry}, {worker}, {keeper};
grant execute on function casework_start, casework_save, casework_attach, casework_open, casework_reuse, casework_detach, casework_file, casework_correct,
    casework_draft_view to {public}, {counter};
grant execute on function casework_renew to {public}, {counter};
grant execute on function record_rehome to {worker};
grant execute on function casework_apply, casework_mine, casework_drafts, casework_organisations, casework_certificate_status,
    casework_mandate_give, casework_mandate_end, casework_mandates, casework_confirmation, casework_confirm to {public};
grant execute on function casework_notices, casework_notices_waiting, casework_notices_read, casework_contact_change to {public};
grant execute on function casework_notify, casework_mail_claim, casework_mail_hand_over, casework_mail_settle, casework_mail_recover,
    casework_mail_bounced, casework_mail_decide to {worker};
grant execute on function casework_desk to {public};
grant execute on function casework_confirmation_open, casework_follow, casework_follow_paper, casework_follow_read to {public};
grant execute on function casework_guess to {public}, {counter};
grant execute on function casework_keep_answers, casework_kept_answers, casework_follow_print, casework_originals_out to {counter};
grant execute on function casework_visit_open, casework_visits, casework_ask_confirmation, casework_at_counter to {counter};
grant execute on function record_draw_waiting, casework_overdue, casework_unverified, casework_recount to {worker};
grant execute on function casework_of_visitor to {counter};
grant execute on function casework_order_soon to {public};
grant execute on function casework_pay to {public}, {counter};
grant execute on function casework_payment to {public}, {counter}, {oversight};
grant execute on function casework_orders to {oversight};
grant execute on function casework_check_later, casework_orders_due, casework_order_seen to {worker};
grant execute on function casework_order_quoted, casework_order_came to {worker};
grant execute on function casework_parcels_due, casework_parcel_later, casework_lay_down_days to {worker};
grant execute on function casework_took to {public}, {counter}, {decide}, {custody}, {oversight};
grant insert (stream, number, kind, body) on casework_writing to {counter}, {decide};
grant execute on function casework_worked to {counter}, {decide}, {custody};
grant execute on function casework_worklist to {counter}, {decide}, {custody};
grant execute on function casework_view, casework_read, casework_open_document to {public}, {counter}, {decide}, {custody}, {oversight};
grant execute on function registry_propose, registry_waiting, record_draw_open, registry_revise, registry_revisions, registry_revision_read, registry_revision_sent, registry_changeable to {registry};
grant execute on function registry_coming, registry_keeper, registry_still_asked, registry_keep_reading, registry_kept_reading, registry_managed, registry_change_step to {registry};
grant execute on function registry_changes, registry_change_read, registry_change_seconds to {registry}, {oversight};
grant execute on function record_draw_commit, record_roster, casework_all to {oversight};
grant execute on function record_draw_coming to {registry}, {oversight};
grant execute on function casework_due, casework_numbered, casework_over to {oversight};
grant execute on function record_draw_reveal, record_sequence to {worker};
grant execute on function casework_issued_due, casework_issued_source, casework_issued_number, casework_issue, casework_seal to {keeper};
grant execute on function casework_issued_status to {public};
grant execute on function record_advance, record_park, record_unpark to {worker}, {keeper};
grant execute on function record_restored to {owner};
grant execute on function oversight_look to {worker};
grant execute on function oversight_complete, oversight_visited to {public};
grant execute on function oversight_orphans to {oversight};
grant execute on function registry_find to {public}, {counter}, {decide}, {custody}, {registry}, {oversight};
grant execute on function registry_within to {public}, {registry}, {oversight};
grant execute on function registry_found to {owner};
