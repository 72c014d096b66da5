-- What a database holds, in lines that can be compared: one for every table and materialized view (rows, checksum of the rows in any
-- order), every sequence (last value, whether it was used) and the large objects. Equal output means equal content. For psql, as superuser:
--   psql -X -q -v ON_ERROR_STOP=1 -f database-fingerprint.sql
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
\pset fieldsep ' '
\pset footer off
-- A row's text depends on these.
set client_encoding = 'UTF8';
set timezone = 'UTC';
set datestyle = 'ISO, YMD';
set intervalstyle = 'postgres';
set bytea_output = 'hex';
set extra_float_digits = 1;
set row_security = off;
set search_path = '';
set default_transaction_read_only = on;

begin isolation level repeatable read;

-- Partitioned tables have no rows of their own, and ONLY keeps an inheritance parent's apart from its children's.
select pg_catalog.format(
  $$select 'table %1$I.%2$I', pg_catalog.count(*),
    coalesce(pg_catalog.sum(pg_catalog.hashtextextended(fingerprinted_row::pg_catalog.text, 0)), 0)
    from %3$s %1$I.%2$I as fingerprinted_row$$,
  n.nspname, c.relname, case c.relkind when 'r' then 'only' else '' end)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and c.relpersistence <> 't' and (c.relkind = 'r' or c.relispopulated)
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_catalog.pg_depend as d where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname collate "C", c.relname collate "C"
\gexec

select pg_catalog.format($$select 'sequence %1$I.%2$I', last_value, is_called from %1$I.%2$I$$, n.nspname, c.relname)
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by n.nspname collate "C", c.relname collate "C"
\gexec

select 'large objects', pg_catalog.count(*), coalesce(pg_catalog.sum(pg_catalog.hashtextextended(
  oid::pg_catalog.text || ' ' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.lo_get(oid)), 'hex'), 0)), 0)
from pg_catalog.pg_largeobject_metadata;

rollback;
