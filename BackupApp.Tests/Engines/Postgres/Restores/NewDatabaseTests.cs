using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Real archives restored into databases of their own.</summary>
public sealed class NewDatabaseTests : IAsyncLifetime
{
    private const string Orders = """
        CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
        CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer int REFERENCES customers, total numeric,
            doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
        INSERT INTO customers SELECT n, 'Customer ' || n FROM generate_series(1, 100) n;
        INSERT INTO orders (customer, total) SELECT 1 + n % 100, n FROM generate_series(1, 5000) n;
        CREATE INDEX ON orders (customer);
        CREATE VIEW totals AS SELECT customer, sum(total) FROM orders GROUP BY customer;
        SELECT lo_from_bytea(0, '\xdeadbeef');
        """;

    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_dump_becomes_a_database_of_another_name_with_the_same_content()
    {
        var (source, dump) = await _bench.SourceAsync(Orders);
        var (order, steps) = (_bench.Order(_bench.NewName()), new HeardSteps(dump));

        var report = await _bench.RestoreAsync(order, steps);

        Assert.Equal((order.Database, 5100L, false, true), (report.Database, report.Rows, report.IsPartial, report.InPlace));
        Assert.Equal(await _bench.DescribeAsync(source), await _bench.DescribeAsync(order.Database));
        Assert.Empty(steps.Warnings);
        Assert.StartsWith("pg_restore ", steps.Tool, StringComparison.Ordinal);
        Assert.Equal(steps.Made!.Oid, report.Oid);
        Assert.Contains(steps.Progress, p => p is { Phase: RestorePhase.Data, Item: "public.orders", Number: 2, Total: 2 });
        Assert.Contains(steps.Progress, p => p is { Phase: RestorePhase.Indexes, Item: "index public.orders_customer_idx" });
    }

    [Fact]
    public async Task What_belongs_to_the_database_as_a_whole_comes_with_it()
    {
        var source = await _bench.Postgres.CreateDatabaseAsync("source");
        var owner = await _bench.Postgres.CreateRoleAsync("own\"er é", "pw");
        var quoted = (Name: TestPostgres.Quote(source), Owner: TestPostgres.Quote(owner));
        await _bench.Postgres.ExecuteAsync($""""
            ALTER DATABASE {quoted.Name} SET search_path TO sales, "odd ""one""";
            ALTER DATABASE {quoted.Name} SET "app.DATABASE" = 'it''s DATABASE {source} of \ ours';
            ALTER ROLE {quoted.Owner} IN DATABASE {quoted.Name} SET work_mem = '9MB';
            ALTER DATABASE {quoted.Name} CONNECTION LIMIT 42;
            COMMENT ON DATABASE {quoted.Name} IS 'the DATABASE {source} of; the "shop"';
            REVOKE CONNECT ON DATABASE {quoted.Name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {quoted.Name} TO {quoted.Owner} WITH GRANT OPTION;
            ALTER DATABASE {quoted.Name} OWNER TO {quoted.Owner}
            """");
        var order = _bench.Order(_bench.NewName());
        var steps = new HeardSteps(await _bench.DumpAsync(source));

        await _bench.RestoreAsync(order, steps);

        Assert.Empty(steps.Warnings);
        Assert.Equal(await FactsAsync(source), await FactsAsync(order.Database));
        await _bench.Postgres.ExecuteAsync($"DROP DATABASE {order.Database}");
        await _bench.Postgres.ExecuteAsync($"DROP DATABASE {quoted.Name}");
    }

    [Theory]
    [InlineData("ENCODING 'LATIN1' LOCALE 'C'")]
    [InlineData("ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-u-co-phonebk' LOCALE 'C'")]
    [InlineData("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")]
    public async Task Encoding_and_locale_are_the_archives(string options)
    {
        var source = _bench.NewName();
        await _bench.Postgres.ExecuteAsync($"CREATE DATABASE {source} TEMPLATE template0 {options}");
        await _bench.Postgres.ExecuteAsync("CREATE TABLE t (a text); INSERT INTO t VALUES ('plain')", source);
        var order = _bench.Order(_bench.NewName());

        await _bench.RestoreAsync(order, new HeardSteps(await _bench.DumpAsync(source)));

        Assert.Equal(await FactsAsync(source), await FactsAsync(order.Database));
        Assert.Equal(await _bench.DescribeAsync(source), await _bench.DescribeAsync(order.Database));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_before_anything_happens()
    {
        var (source, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var steps = new HeardSteps(dump);

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.RestoreAsync(_bench.Order(source), steps));

        Assert.Equal("database_already_exists", failure.FailureCode);
        Assert.Null(steps.Made);
    }

    [Fact]
    public async Task An_error_that_nobody_explains_ends_it_and_nothing_is_left()
    {
        var (order, steps) = (_bench.Order(_bench.NewName()), new HeardSteps(await FailingAsync()));

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.RestoreAsync(order, steps));

        Assert.Equal("restore_failed", failure.FailureCode);
        Assert.Contains("fails on purpose", failure.Message, StringComparison.Ordinal);
        Assert.Null(steps.Made);
        Assert.Empty(await _bench.DatabasesLikeAsync(order.Database));
    }

    [Fact]
    public async Task Errors_that_somebody_wants_passed_over_are_listed_and_make_it_partial()
    {
        var (order, steps) = (_bench.Order(_bench.NewName()) with { GoOnPastErrors = true }, new HeardSteps(await FailingAsync()));

        var report = await _bench.RestoreAsync(order, steps);

        Assert.True(report.IsPartial);
        Assert.Contains("fails on purpose", report.Errors[0], StringComparison.Ordinal);
        Assert.Equal(3L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM kept", order.Database));
    }

    [Fact]
    public async Task User_mappings_of_roles_that_are_missing_are_left_out_and_named()
    {
        var role = $"gone_{Guid.NewGuid():N}";
        await _bench.Postgres.ExecuteAsync($"CREATE ROLE {role}");
        var (source, dump) = await _bench.SourceAsync($"""
            CREATE FOREIGN DATA WRAPPER other;
            CREATE SERVER far FOREIGN DATA WRAPPER other;
            CREATE USER MAPPING FOR {role} SERVER far OPTIONS (password 's3cret');
            CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 's3cret');
            """);
        await _bench.Postgres.ExecuteAsync($"DROP USER MAPPING FOR {role} SERVER far", source);
        await _bench.Postgres.ExecuteAsync($"DROP ROLE {role}");
        var (order, steps) = (_bench.Order(_bench.NewName()), new HeardSteps(dump));

        var report = await _bench.RestoreAsync(order, steps);

        Assert.False(report.IsPartial, string.Join(' ', report.Errors));
        Assert.Contains($"user mapping {role} SERVER far", Assert.Single(steps.Warnings), StringComparison.Ordinal);
        Assert.Equal(1L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM pg_user_mappings", order.Database));
    }

    [Fact]
    public async Task What_a_failing_command_was_to_keep_secret_is_in_no_line_of_the_log()
    {
        var login = await _bench.Postgres.CreateRoleAsync("login", "login's", "CREATEDB");
        var (_, dump) = await _bench.SourceAsync("""
            CREATE FOREIGN DATA WRAPPER other;
            CREATE SERVER far FOREIGN DATA WRAPPER other OPTIONS (password 's3cret');
            CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS (password 's3cret');
            """);
        var order = _bench.Order(_bench.NewName(), login: login, password: "login's") with { GoOnPastErrors = true };
        var steps = new HeardSteps(dump);

        var report = await _bench.RestoreAsync(order, steps);

        Assert.Contains(steps.Lines, l => l.StartsWith("Command was: CREATE USER MAPPING", StringComparison.Ordinal));
        Assert.DoesNotContain(
            steps.Lines.Concat(steps.Warnings).Concat(report.Errors), l => l.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Subscriptions_are_left_out_and_named()
    {
        var (source, dump) = await _bench.SourceAsync(
            "CREATE TABLE t (a int); CREATE SUBSCRIPTION far CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false); "
            + "COMMENT ON SUBSCRIPTION far IS 'x'");
        var (order, steps) = (_bench.Order(_bench.NewName()), new HeardSteps(dump));

        var report = await _bench.RestoreAsync(order, steps);

        Assert.False(report.IsPartial);
        Assert.Contains(steps.Warnings, w => w.Contains("subscription far", StringComparison.Ordinal));
        Assert.False(await _bench.Postgres.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_subscription WHERE subdbid = {report.Oid})"));
        await _bench.Postgres.ExecuteAsync("ALTER SUBSCRIPTION far SET (slot_name = NONE); DROP SUBSCRIPTION far", source);
    }

    // A check that holds when the row is written and not when it is restored.
    private async Task<byte[]> FailingAsync()
    {
        var (_, dump) = await _bench.SourceAsync("""
            CREATE TABLE kept (a int);
            INSERT INTO kept VALUES (1), (2), (3);
            CREATE FUNCTION fits(a int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
              IF current_database() NOT LIKE 'source%' THEN RAISE 'it fails on purpose'; END IF; RETURN true; END $$;
            CREATE TABLE lost (a int CHECK (public.fits(a)));
            INSERT INTO lost VALUES (1)
            """);
        return dump;
    }

    private Task<string?> FactsAsync(string database) => _bench.Postgres.ScalarAsync<string>($"""
        SELECT row_to_json(x)::text FROM (
            SELECT pg_get_userbyid(datdba), encoding, datlocprovider, datcollate, datctype, daticulocale, datconnlimit,
                   shobj_description(oid, 'pg_database'),
                   (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(datacl, acldefault('d', datdba))) a),
                   (SELECT array_agg(setrole || array_to_string(setconfig, ';') ORDER BY setrole)
                    FROM pg_db_role_setting WHERE setdatabase = d.oid)
            FROM pg_database d WHERE datname = '{database}') x
        """);
}
