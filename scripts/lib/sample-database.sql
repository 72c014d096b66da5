-- A webshop and its analytics: the demo's source database. For psql, into an empty database:
--   psql -v ON_ERROR_STOP=1 -f sample-database.sql
-- Every value follows from its row number, so that two loads hold the same data. It has one of nearly everything that a dump
-- must carry over. Whatever an index, a generated column or a view calls names its schema: a restore runs with an empty search path.
\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;
set timezone = 'UTC';
set synchronous_commit = off;
set maintenance_work_mem = '128MB';

create schema catalog;
create schema crm;
create schema sales;
create schema analytics;
create schema ops;
create schema "Legacy Data";
comment on schema sales is 'Orders and what follows from them';
comment on schema "Legacy Data" is 'Names as an old system left them: blanks, capitals, "quotes", umlauts';

-- pg_trgm comes with PostgreSQL's contrib modules, which are a package of their own on some distributions.
do $$
begin
  if exists (select from pg_available_extensions where name = 'pg_trgm') then
    create extension pg_trgm schema catalog;
  end if;
end $$;

-- Types ---------------------------------------------------------------------------------------------------------------

create type crm.tier as enum ('basic', 'silver', 'gold', 'très spécial');
create domain crm.email as text check (value ~ '^[^@[:space:]]+@[^@[:space:]]+$');
create domain sales.money_amount as numeric(14, 2) default 0 check (value >= 0);
create type crm.postal_address as (street text, postcode text, city text, country char(2));
create type catalog.dimensions as (width_mm int, height_mm int, depth_mm int);
create type sales.order_status as enum ('cart', 'placed', 'paid', 'shipped', 'returned');
create type sales.discount_range as range (subtype = numeric);

create table ops.change_log (id bigserial primary key, changed_at timestamptz not null default timestamptz '2025-07-01', relation text not null, operation text not null, old_row jsonb, new_row jsonb);

-- Functions -----------------------------------------------------------------------------------------------------------

create function catalog.slug(title text) returns text language sql immutable strict parallel safe
  return trim(both '-' from regexp_replace(lower(title), '[^a-z0-9]+', '-', 'g'));

create function sales.with_tax(net numeric, rate numeric default 0.19) returns numeric language sql immutable parallel safe
  as 'select round(net * (1 + rate), 2)';

create function ops.note_change() returns trigger language plpgsql as $body$
begin
  insert into ops.change_log (relation, operation, old_row, new_row)
  values (tg_table_schema || '.' || tg_table_name, tg_op,
          case when tg_op <> 'INSERT' then to_jsonb(old) end, case when tg_op <> 'DELETE' then to_jsonb(new) end);
  return coalesce(new, old);
end $body$;
comment on function ops.note_change() is E'Keeps the row''s two states.\nA backslash \\ and a ''quote''.';

create procedure ops.forget(older_than timestamptz) language sql as
  'delete from ops.change_log where changed_at < older_than';

create aggregate ops.product_of (numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1');

-- Words to write texts with: long enough a list that texts compress about three to one, as prose does.
create table ops.sentences (id int primary key, body text not null);
insert into ops.sentences
select s, string_agg(words[1 + ('x' || substr(md5(s || '/' || w), 1, 7))::bit(28)::int % array_length(words, 1)], ' ' order by w) || '.'
from (select string_to_array('about account address after again air amount answer apple area arrive article autumn bag basket bath beach bed bell
  bicycle bird black blue board boat body bolt book bottle bowl box branch brass bread bridge bright broad brown brush bucket build business
  button cabinet cable cake camera candle canvas card careful carpet carton case castle ceramic chain chair change charge cheap cheese child
  city clean clear clock cloth cloud coast coat coffee cold colour comfort common copper corner cotton country cover craft cream cup curve
  customer daily damp dark date deep delivery desk detail dinner dish distance door double drawer dress dry early earth east edge elegant
  empty engine evening every exact expert fabric factory family farm fast feather fence field fine finger fire firm fish flame flat floor
  flower fold foot forest fork frame free fresh friend frost fruit full garden gentle gift glass glove gold grain grass gravel green grey
  guest hammer handle handy harbour hard harvest hat heat heavy hill hollow home honest hook hotel house idea inch iron island ivory jacket
  jar jewel journey juice kettle key kitchen knife label ladder lake lamp large late leaf leather lemon letter level light linen liquid
  little local lock long loose loud lovely machine maple market material meadow measure metal middle milk mirror modern morning motor
  mountain narrow natural needle new night noble north nut oak ocean office oil old olive open orange order oven owner packet page paint
  paper park parcel pattern pearl pen pencil people pepper picture piece pillow pine plain plant plate pocket polished porcelain pound
  powder premium price print proper pure quality quick quiet rain rare raw ready red repair rich ring river road robust roof room rope
  rough round royal rubber salt sand school screw sea season seat sharp sheep shelf shell ship shirt shoe shop short silent silk silver
  simple size sky sleep slow small smooth snow soap sock soft solid south spare spoon spring square stable star steam steel stone store
  storm straight street strong sturdy sugar summer sun supply surface sweet table tall tea thick thin thread tin tool towel town toy
  traditional travel tray tree turn umbrella useful valley velvet village violet wagon wall warm wash water wave wax weather weight west
  wheel white wide wild wind window winter wire wood wool work world yard yellow young zinc Straße café naïve façade Übergröße smörgås'
  , ' ') as words) as list, generate_series(0, 3999) as s, generate_series(1, 14) as w
group by s, words;

-- Without it the function below would read the whole table at each call.
analyze ops.sentences;

create function ops.prose(seed bigint, sentences int) returns text language sql stable as $$
  select string_agg(x.body, ' ' order by n)
  from generate_series(1, sentences) as n
  join ops.sentences as x on x.id = ('x' || substr(md5(seed || ':' || n), 1, 7))::bit(28)::int % 4000
$$;

-- Catalog -------------------------------------------------------------------------------------------------------------

create table catalog.categories (
  id int generated always as identity (start with 10 increment by 10) primary key,
  parent_id int references catalog.categories,
  title text not null unique,
  path text[] not null default '{}'
);
insert into catalog.categories (parent_id, title, path)
select case when n > 6 then 10 * (1 + n % 6) end, 'Category ' || n, array['root', 'level ' || n % 6, 'Category ' || n]
from generate_series(1, 60) as n order by n;

create table catalog.brands (id serial primary key, name text not null, founded date, website text);
insert into catalog.brands (name, founded, website)
select initcap(split_part(body, ' ', 1)) || ' & ' || initcap(split_part(body, ' ', 2)), date '1890-01-01' + id * 97,
       case when id % 4 > 0 then 'https://brand-' || id || '.example/?q=a&b=%20' end
from ops.sentences where id < 200 order by id;

create table catalog.products (
  id bigint generated by default as identity primary key,
  category_id int not null references catalog.categories,
  brand_id int references catalog.brands on delete set null,
  sku text not null unique check (sku like 'SKU-%'),
  title text not null,
  slug text generated always as (catalog.slug(title)) stored,
  description text,
  net_price sales.money_amount not null,
  gross_price numeric generated always as (sales.with_tax(net_price)) stored,
  size catalog.dimensions,
  tags text[] not null default '{}',
  ratings smallint[][],
  attributes jsonb not null default '{}',
  on_sale daterange,
  discontinued boolean not null default false,
  search tsvector generated always as (to_tsvector('english', title || ' ' || coalesce(description, ''))) stored
);
comment on table catalog.products is 'One row for each thing that can be ordered';
comment on column catalog.products.attributes is 'Whatever the supplier sends: "colour", "weight_g", nested "origin"';
insert into catalog.products (category_id, brand_id, sku, title, description, net_price, size, tags, ratings, attributes, on_sale, discontinued)
select 10 * (1 + n % 60), nullif(n % 201, 0), 'SKU-' || lpad(n::text, 7, '0'), 'The ' || split_part(s.body, '.', 1), ops.prose(n, 2),
       (n * 7919 % 100000) / 100.0, row (n % 900, n % 700, n % 500)::catalog.dimensions,
       array['tag' || n % 50, 'tag' || n % 7, case when n % 9 = 0 then 'with, comma' else 'with "quote"' end],
       array[[n % 5, n % 3], [n % 2, 4]]::smallint[][],
       jsonb_build_object('colour', split_part(s.body, ' ', 3), 'weight_g', n % 20000, 'origin', jsonb_build_object('country', 'DE', 'lot', md5(n::text)),
                          'sizes', jsonb_build_array('S', 'M', n % 100), 'note', case when n % 11 > 0 then E'line\nbreak \\ "x"' end),
       case when n % 3 = 0 then daterange(date '2025-01-01' + n % 300, date '2025-01-01' + n % 300 + 14) end, n % 40 = 0
from generate_series(1, 8000) as n join ops.sentences as s on s.id = n % 4000 order by n;
create index on catalog.products using gin (attributes jsonb_path_ops);
create index on catalog.products using gin (search);
create index on catalog.products using gist (on_sale);
create index products_current on catalog.products (net_price) include (title) where not discontinued;
create index on catalog.products (lower(title) text_pattern_ops);
create statistics catalog.products_category_brand (dependencies) on category_id, brand_id from catalog.products;
do $$
begin
  if exists (select from pg_extension where extname = 'pg_trgm') then
    create index products_title_similar on catalog.products using gin (title catalog.gin_trgm_ops);
  end if;
end $$;

create table catalog.product_images (
  product_id bigint not null references catalog.products on delete cascade,
  position smallint not null,
  media_type text not null default 'image/webp',
  thumbnail bytea not null,
  primary key (product_id, position)
);
alter table catalog.product_images alter column thumbnail set storage external;
insert into catalog.product_images (product_id, position, thumbnail)
select n, p, (select string_agg(sha256(convert_to(n || '.' || p || '.' || part, 'UTF8')), '' order by part) from generate_series(1, 60) as part)
from generate_series(1, 6000) as n, generate_series(1, 2) as p;

create table catalog.warehouses (id smallint primary key, name text not null, location point, opened timestamptz, network inet, area box);
insert into catalog.warehouses
select n, 'Warehouse ' || n, point(n * 1.5, -n / 3.0), timestamptz '2001-02-03 04:05:06.789012+05:30' + n * interval '31 days',
       ('10.' || n || '.0.0/16')::inet, box(point(0, 0), point(n, n))
from generate_series(1, 8) as n;

create table catalog.stock (
  warehouse_id smallint references catalog.warehouses,
  product_id bigint references catalog.products,
  quantity int not null check (quantity >= 0),
  reserved int not null default 0,
  available int generated always as (quantity - reserved) stored,
  primary key (warehouse_id, product_id),
  constraint reserved_is_there check (reserved <= quantity)
) with (fillfactor = 90);
insert into catalog.stock (warehouse_id, product_id, quantity, reserved)
select w, p, (p * 31 + w) % 500 + 5, p % 5 from generate_series(1, 8) as w, generate_series(1, 8000) as p;

-- People --------------------------------------------------------------------------------------------------------------

create table crm.customers (
  id uuid primary key,
  number bigserial unique,
  email crm.email not null,
  name text not null,
  tier crm.tier not null default 'basic',
  address crm.postal_address,
  earlier_addresses crm.postal_address[],
  born date,
  preferences jsonb,
  joined_at timestamptz not null,
  last_seen tstzrange
);
create unique index customers_email on crm.customers (lower(email));
create index customers_gold on crm.customers (joined_at desc nulls last) where tier in ('gold', 'très spécial');
insert into crm.customers (id, email, name, tier, address, earlier_addresses, born, preferences, joined_at, last_seen)
select md5('customer ' || n)::uuid, 'customer' || n || '@example.com',
       (array['Zoë O''Brien', 'Jürgen Groß', 'Łukasz Żak', '李小龍', 'محمد علي', 'Анна Иванова', 'Siân "Bob" \ Evans', '😀 Smiley', E'Tab\tNewline\nName'])[1 + n % 9] || ' ' || n,
       (enum_range(null::crm.tier))[1 + n % 4],
       row ('Main Street ' || n, lpad((n % 99999)::text, 5, '0'), 'Köln', 'DE')::crm.postal_address,
       case when n % 5 = 0 then array[row ('Old, Road "5"', null, '', 'FR')::crm.postal_address] end,
       case when n % 7 > 0 then date '1940-01-01' + n * 13 % 25000 end,
       case n % 4 when 0 then null when 1 then 'null'::jsonb when 2 then '[]' else jsonb_build_object('newsletter', n % 2 = 0, 'langs', array['de', 'en']) end,
       timestamptz '2019-01-01' + n * interval '47 minutes',
       tstzrange(timestamptz '2025-01-01' + n * interval '1 minute', case when n % 3 > 0 then timestamptz '2025-06-01' + n * interval '1 minute' end)
from generate_series(1, 40000) as n order by n;

create table crm.consents (customer_id uuid references crm.customers, purpose text, given boolean, at timestamp, primary key (customer_id, purpose));
insert into crm.consents
select md5('customer ' || n)::uuid, p, (n + length(p)) % 3 > 0, timestamp '2024-02-29 23:59:59.999999' + n * interval '1 second'
from generate_series(1, 40000, 2) as n, unnest(array['newsletter', 'profiling']) as p;

create table crm.notes (id int generated always as identity primary key, customer_id uuid not null references crm.customers, author name not null, body text not null);
insert into crm.notes (customer_id, author, body)
select md5('customer ' || n)::uuid, 'agent' || n % 5, ops.prose(100000 + n, 3) from generate_series(1, 9000) as n order by n;
alter table crm.notes enable row level security;
alter table crm.notes force row level security;
create policy own_notes on crm.notes for select using (author = current_user);
create policy no_edit_of_others on crm.notes as restrictive for update using (author = current_user) with check (length(body) > 0);

-- Sales ---------------------------------------------------------------------------------------------------------------

create sequence sales.invoice_number as bigint start 202500001 increment 3 minvalue 1 cache 20 cycle;
create sequence sales.never_used;

create table sales.coupons (code text primary key collate "C", discount sales.discount_range not null, valid tsrange not null, exclude using gist (valid with &&));
insert into sales.coupons
select 'CODE' || n, sales.discount_range(n, n + 5.5, '[]'), tsrange(timestamp '2025-01-01' + n * interval '1 day', timestamp '2025-01-02' + n * interval '1 day')
from generate_series(1, 300) as n;

create table sales.orders (
  id bigint generated always as identity primary key,
  customer_id uuid not null references crm.customers,
  status sales.order_status not null default 'cart',
  coupon text references sales.coupons on update cascade deferrable initially deferred,
  placed_at timestamptz not null,
  total sales.money_amount not null,
  ship_to crm.postal_address,
  client jsonb
);
insert into sales.orders (customer_id, status, coupon, placed_at, total, ship_to, client)
select md5('customer ' || 1 + n * 17 % 40000)::uuid, (enum_range(null::sales.order_status))[1 + n % 5], case when n % 20 = 0 then 'CODE' || 1 + n % 300 end,
       timestamptz '2025-01-01' + n * interval '5 minutes', n * 7907 % 500000 / 100.0,
       case when n % 4 = 0 then row ('Other Street ' || n, '50667', 'Köln', 'DE')::crm.postal_address end,
       jsonb_build_object('agent', 'Mozilla/5.0 (X11; Linux x86_64)', 'ip', '192.0.2.' || n % 255, 'campaign', n % 13)
from generate_series(1, 100000) as n order by n;
create index on sales.orders (customer_id, placed_at desc);
create index orders_open on sales.orders (placed_at) where status in ('placed', 'paid');
create index on sales.orders using brin (placed_at);

create table sales."Order Items" (
  "Order ID" bigint not null references sales.orders on delete cascade,
  "Line No." smallint not null,
  product_id bigint not null references catalog.products,
  quantity int not null default 1,
  unit_price numeric(12, 2) not null,
  "Σ amount" numeric generated always as (quantity * unit_price) stored,
  remark varchar(80),
  primary key ("Order ID", "Line No.")
);
insert into sales."Order Items" ("Order ID", "Line No.", product_id, quantity, unit_price, remark)
select o, l, 1 + (o * 13 + l * 101) % 8000, 1 + o % 4, (o * 31 % 20000) / 100.0, case when o % 10 = 0 then 'gift for "Łucja"; 100 % \o/' end
from generate_series(1, 100000) as o, generate_series(1, 3) as l;
create index on sales."Order Items" (product_id);

create table sales.payments (
  id bigint generated by default as identity primary key,
  order_id bigint not null references sales.orders,
  amount numeric not null,
  paid_at timestamptz,
  reference char(16) not null,
  unique (order_id, reference)
);
insert into sales.payments (order_id, amount, paid_at, reference)
select o, o * 7907 % 500000 / 100.0, case when o % 6 > 0 then timestamptz '2025-01-01' + o * interval '302 seconds' end, upper(substr(md5('p' || o), 1, 12))
from generate_series(1, 100000, 2) as o order by o;
create index payments_open on sales.payments (order_id) where paid_at is null;

create table sales.shipments (id int generated always as identity primary key, order_id bigint not null references sales.orders, carrier text, duration interval, tracking macaddr8, weight real);
insert into sales.shipments (order_id, carrier, duration, tracking, weight)
select o, 'Carrier ' || o % 4, make_interval(days => (o % 5)::int, secs => o % 3600 + 0.25), ('08:00:2b:01:02:' || lpad(to_hex(o % 256), 2, '0') || ':04:05')::macaddr8, o / 7.0
from generate_series(1, 100000, 5) as o order by o;

create table sales.invoices (number bigint primary key default nextval('sales.invoice_number'), order_id bigint not null unique references sales.orders, issued date not null, lines xml);
insert into sales.invoices (order_id, issued)
select o, date '2025-01-01' + (o % 365)::int from generate_series(1, 20000) as o order by o;

create table sales.returns (id int generated always as identity primary key, order_id bigint references sales.orders, reason text);
comment on table sales.returns is 'Nobody has sent anything back yet: a table without rows';

-- Analytics -----------------------------------------------------------------------------------------------------------

create table analytics.page_views (
  viewed_at timestamptz not null,
  visitor uuid not null,
  path text not null,
  referrer text,
  milliseconds int,
  properties jsonb,
  primary key (viewed_at, visitor)
) partition by range (viewed_at);
do $$
declare
  first_day date;
begin
  for month in 1..12 loop
    first_day := make_date(2025, month, 1);
    execute format('create table analytics.page_views_%s partition of analytics.page_views for values from (%L) to (%L)',
                   to_char(first_day, 'YYYY_MM'), first_day, first_day + interval '1 month');
  end loop;
end $$;
create table analytics.page_views_other partition of analytics.page_views default;
create index on analytics.page_views (path);
insert into analytics.page_views
select timestamptz '2024-12-20' + n * interval '2 minutes', md5('visitor ' || n % 50000)::uuid, '/product/' || catalog.slug(s.body),
       case when n % 3 = 0 then 'https://search.example/?q=' || split_part(s.body, ' ', 2) end, n::bigint * 7919 % 30000,
       jsonb_build_object('screen', (array['360x800', '1920x1080', '1366x768'])[1 + n % 3], 'language', 'de-DE', 'experiment', n % 17, 'scroll', n * 31 % 101)
from generate_series(1, 280000) as n join ops.sentences as s on s.id = n * 37 % 4000;

create table analytics.measurements (sensor int, at timestamptz, reading double precision, precise numeric) partition by list (sensor);
create table analytics.measurements_1 partition of analytics.measurements for values in (1);
create table analytics.measurements_rest partition of analytics.measurements default partition by hash (at);
create table analytics.measurements_rest_0 partition of analytics.measurements_rest for values with (modulus 2, remainder 0);
create table analytics.measurements_rest_1 partition of analytics.measurements_rest for values with (modulus 2, remainder 1);
insert into analytics.measurements
select n % 3, timestamptz '2025-01-01' + n * interval '1 second', sin(n), n / 3.0 from generate_series(1, 60000) as n;

create materialized view analytics.daily_sales as
  select (placed_at at time zone 'UTC')::date as day, status, count(*) as orders, sum(total) as revenue, sales.with_tax(sum(total)) as gross
  from sales.orders group by 1, 2;
create unique index on analytics.daily_sales (day, status);
create materialized view analytics.not_filled_yet as select count(*) as customers from crm.customers with no data;

create view analytics.best_customers with (security_barrier) as
  select c.number, c.name, c.tier, sum(o.total) as spent, rank() over (order by sum(o.total) desc) as place
  from crm.customers as c join sales.orders as o on o.customer_id = c.id group by c.id;
create recursive view analytics.category_tree (id, title, depth) as
  select id, title, 0 from catalog.categories where parent_id is null
  union all
  select c.id, c.title, t.depth + 1 from catalog.categories as c join category_tree as t on t.id = c.parent_id;
create view sales.open_orders as select * from sales.orders where status = 'placed' with local check option;
comment on view sales.open_orders is 'What the warehouse packs next';

-- What no export likes ------------------------------------------------------------------------------------------------

create table "Legacy Data"."naïve-table" (
  "Primary ""Key""" int primary key,
  "select" text,
  "Größe (cm)" numeric,
  "日本語" text default 'これは',
  "with.dot" text,
  "with space " text
);
insert into "Legacy Data"."naïve-table"
select n, 'it''s \ a "test"; -- $$ ' || n, n / 8.0, case when n % 2 = 0 then '値' || n end, E'\\N', repeat(' ', n % 5) from generate_series(1, 500) as n;

create table "Legacy Data".edge_values (id int primary key, number numeric, real_number double precision, at timestamptz, day date, span interval, bits bit varying, words text, raw bytea);
insert into "Legacy Data".edge_values values
  (1, 'NaN', 'NaN', 'infinity', 'infinity', '0', b'', '', ''),
  (2, null, '-Infinity', '-infinity', '-infinity', null, null, null, null),
  (3, 1e-300::numeric, 5e-324, '4713-01-01 00:00:00+00 BC', '4713-01-01 BC', '-178000000 years', b'101', E'\\.', '\x00'),
  (4, 99999999999999999999999999999999999999.9999999999, 1.7976931348623157e308, '9999-12-31 23:59:59.999999+00', '5874897-12-31', '1 mon -1 day +00:00:00.000001', b'1', E'\t\r\n\x01\x7f', '\xdeadbeef'),
  (5, -0.0, '-0', '2025-03-30 01:59:59.999999+00', '2024-02-29', 'P1Y2M3DT4H5M6.7S', b'0', U&'\+01F600 \FEFF \200D \0301', '\x5c4e0a'),
  (6, 0.1 + 0.2, 0.1::float8 + 0.2, '1970-01-01 00:00:00+00', '0001-01-01', '-1 microsecond', b'0000000000000001', repeat('ä', 3000), decode(repeat('ff', 5000), 'hex'));

create table "Legacy Data"."A table whose name is exactly as long as names can be: 63 byte" (x int);
insert into "Legacy Data"."A table whose name is exactly as long as names can be: 63 byte" select generate_series(1, 10);
create table "Legacy Data".no_columns ();
create table "Legacy Data".parent (id int primary key, kind text);
create table "Legacy Data".child (extra text) inherits ("Legacy Data".parent);
insert into "Legacy Data".parent values (1, 'parent');
insert into "Legacy Data".child values (2, 'child', 'inherited');

-- Operations ----------------------------------------------------------------------------------------------------------

create table ops.settings (key text primary key, value jsonb not null, "comment" text);
create trigger settings_changed after insert or update or delete on ops.settings for each row execute function ops.note_change();
create trigger settings_never_truncated before truncate on ops.settings for each statement execute function ops.note_change();
alter table ops.settings disable trigger settings_never_truncated;
insert into ops.settings select 'setting.' || n, to_jsonb(n), case when n % 2 = 0 then 'even' end from generate_series(1, 40) as n order by n;
update ops.settings set value = '{"changed": true}' where key = 'setting.7';
create rule settings_keep as on delete to ops.settings where old.key = 'setting.1' do instead nothing;

create unlogged table ops.cache (key text primary key, value text);
insert into ops.cache select md5(n::text), ops.prose(n, 1) from generate_series(1, 1000) as n;

create table ops.documents (id int generated always as identity primary key, title text not null, body text not null, words int generated always as (array_length(string_to_array(body, ' '), 1)) stored);
insert into ops.documents (title, body)
select 'Document ' || n, string_agg(s.body, ' ' order by part)
from (select n, part, ('x' || substr(md5(n || ':' || part), 1, 7))::bit(28)::int % 4000 as sentence
      from generate_series(1, 30000) as n, generate_series(1, 16) as part) as picked
join ops.sentences as s on s.id = sentence group by n order by n;
cluster ops.documents using documents_pkey;

-- Large objects: manuals of 0 to 400 kB, half of each repeating, and one that is empty.
create table ops.manuals (product_id bigint primary key references catalog.products, content oid not null unique);
insert into ops.manuals
select n, lo_from_bytea((900000 + n)::oid,
  (select string_agg(case when part % 2 = 0 then sha256(convert_to(n || ' ' || part, 'UTF8')) else convert_to(rpad('page ' || part, 32, '.'), 'UTF8') end, '' order by part)
   from generate_series(1, n * 600) as part))
from generate_series(1, 20) as n;
insert into ops.manuals select 21, lo_create(900021);
comment on large object 900001 is 'The shortest manual';

select setval('sales.invoice_number', 202599999, false) \g /dev/null
vacuum analyze;
