-- What the script of our own statements needs: sessions that were opened beforehand, and what is filed.
drop schema if exists bench cascade;
create schema bench;
create table bench.session (person uuid, post uuid, login text, secret text);
create index on bench.session (person, post);
create table bench.given (number int primary key, item text, organisation uuid, form jsonb, documents jsonb, secret text, conditions jsonb);
create sequence bench.turn;
