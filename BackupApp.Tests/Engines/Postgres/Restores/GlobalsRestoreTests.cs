using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Restores;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Roles of a whole server's backup.</summary>
public sealed class GlobalsRestoreTests : IAsyncLifetime
{
    private readonly string _end = Guid.NewGuid().ToString("N")[..8];
    private RestoreBench _bench = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        await _bench.Postgres.ExecuteAsync($"CREATE ROLE there_{_end} CONNECTION LIMIT 7");
    }

    public async ValueTask DisposeAsync()
    {
        if (_bench is null)
            return;
        await _bench.Postgres.ExecuteAsync($"DROP ROLE IF EXISTS there_{_end}, new_{_end}, \"odd; -- {_end}\"");
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task New_roles_are_made_and_those_that_are_there_stay_as_they_are()
    {
        var steps = new HeardSteps(Dump($"""
            --
            -- PostgreSQL database cluster dump
            --
            \restrict abc
            SET default_transaction_read_only = off;
            CREATE ROLE there_{_end};
            ALTER ROLE there_{_end} WITH NOSUPERUSER CONNECTION LIMIT 99 PASSWORD 'SCRAM-SHA-256$4096:x';
            CREATE ROLE new_{_end};
            ALTER ROLE new_{_end} WITH NOSUPERUSER LOGIN CONNECTION LIMIT 3;
            COMMENT ON ROLE new_{_end} IS 'two lines;
            -- and a quote''s end';
            CREATE ROLE "odd; -- {_end}";
            GRANT there_{_end} TO new_{_end} GRANTED BY {_bench.Postgres.Superuser};
            CREATE TABLESPACE nowhere_{_end} OWNER new_{_end} LOCATION '/nonexistent/{_end}';
            """));

        var report = await _bench.RestoreAsync(Order(), steps);

        Assert.Empty(report.Errors);
        Assert.Equal("7 3 two lines;\n-- and a quote's end true 1", await _bench.Postgres.ScalarAsync<string>($"""
            SELECT concat_ws(' ', (SELECT rolconnlimit FROM pg_roles WHERE rolname = 'there_{_end}'), rolconnlimit,
                             shobj_description(oid, 'pg_authid'), pg_has_role(oid, 'there_{_end}', 'MEMBER')::text,
                             (SELECT count(*) FROM pg_roles WHERE rolname = 'odd; -- {_end}'))
            FROM pg_roles WHERE rolname = 'new_{_end}'
            """));
        Assert.Contains(steps.Warnings, w => w.Contains($"role there_{_end}", StringComparison.Ordinal));
        Assert.Contains(steps.Warnings, w => w.Contains($"TABLESPACE nowhere_{_end}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_role_that_cannot_be_made_leaves_none_and_its_password_is_told_nowhere()
    {
        var steps = new HeardSteps(Dump($"CREATE ROLE new_{_end};\nALTER ROLE new_{_end} WITH NOSUCHWORD PASSWORD 'p4ssw0rd';\n"));

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.RestoreAsync(Order(), steps));

        Assert.Contains($"ALTER ROLE new_{_end}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("p4ssw0rd", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(0L, await _bench.Postgres.ScalarAsync<long>($"SELECT count(*) FROM pg_roles WHERE rolname = 'new_{_end}'"));
    }

    private static byte[] Dump(string sql) => Encoding.UTF8.GetBytes(sql);

    private RestoreOrder Order() => _bench.Order($"globals_{_end}") with { Dump = new(ArtifactKind.Globals, "globals", null) };
}
