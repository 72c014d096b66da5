using System.Text.RegularExpressions;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Engines.Archives;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Archives;

/// <summary>The entries of an archive are those that pg_restore lists, and what restores need is kept of them.</summary>
public sealed partial class ArchiveHeadTests : IAsyncLifetime
{
    private readonly TestPostgres _postgres = TestPostgres.Require();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Theory]
    [InlineData(ArchiveSamples.Postgres15)]
    [InlineData("pg_dump-15-compressed.dump")]
    public Task The_entries_of_a_sample_are_those_that_pg_restore_lists(string sample) => EqualsListAsync(ArchiveSamples.Read(sample));

    [Fact]
    public async Task The_entries_of_a_database_with_everything_in_it_are_those_that_pg_restore_lists()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, Everything);
        await EqualsListAsync(await database.DumpAsync());
    }

    [Fact]
    public async Task Its_objects_are_counted_and_its_roles_and_settings_named()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, Everything);
        var owner = await _postgres.CreateRoleAsync("owner", "x");
        var odd = await _postgres.CreateRoleAsync("odd \"role, TO x", "x");
        var writer = await _postgres.CreateRoleAsync("writer", "x");
        var other = await _postgres.CreateRoleAsync("other", "x");
        var name = TestPostgres.Quote(database.Name);
        await _postgres.ExecuteAsync($"""
            ALTER TABLE customers OWNER TO {owner};
            GRANT SELECT, UPDATE (name) ON customers TO {TestPostgres.Quote(odd)} WITH GRANT OPTION;
            ALTER DEFAULT PRIVILEGES FOR ROLE {writer} IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;
            CREATE POLICY theirs ON customers FOR SELECT TO {other} USING (name <> (SELECT 'TO nobody' FROM customers LIMIT 1));
            ALTER DATABASE {name} SET work_mem = '7MB';
            ALTER DATABASE {name} SET search_path = shop, public;
            ALTER DATABASE {name} SET "shop.api_key" = 'do not show';
            ALTER ROLE {writer} IN DATABASE {name} SET work_mem = '8MB';
            """, database.Name);

        var inventory = await database.InventoryAsync();

        var expected = new ObjectCounts
        {
            Views = 1,
            MaterializedViews = 1,
            Indexes = 1,
            Constraints = 3,
            Functions = 3,
            Triggers = 1,
            Sequences = 2,
            Policies = 2,
            Publications = 1,
        };
        Assert.Equal(expected, inventory.Objects);
        Assert.Equal(["hstore"], inventory.Extensions.Select(e => e.Name));
        Assert.Contains("shop", inventory.Schemas);
        Assert.Equal(new[] { "postgres", owner, odd, writer, other }.Order(StringComparer.Ordinal), inventory.Roles);
        Assert.Equal(owner, inventory.Tables.Single(t => t.Name == "customers").Owner);
        Assert.Equal(
            ["search_path=shop, public for ", "shop.api_key= for ", "work_mem=7MB for ", $"work_mem=8MB for {writer}"],
            inventory.Database!.Settings.Select(s => $"{s.Name}={s.Value} for {s.Role}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_an_entry_needs_before_it_comes_with_it()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, Everything);
        var head = await ArchiveHead.ReadAsync(new MemoryStream(await database.DumpAsync()), Token);
        var rows = head.Entries.Single(e => e is { Kind: "TABLE DATA", Tag: "orders" });

        var needed = head.WithDependencies([rows.DumpId]);

        Assert.Contains(needed, e => e is { Kind: "TABLE", Schema: "shop", Tag: "orders" });
        Assert.Contains(needed, e => e is { Kind: "SCHEMA", Tag: "shop" });
        Assert.Contains(needed, e => e is { Kind: "TYPE", Tag: "state" });
        Assert.DoesNotContain(needed, e => e.Tag == "customers");
        Assert.StartsWith($"CREATE DATABASE {database.Name} WITH ", head.Database!.Definition, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_to_its_length_it_is_an_archive_for_everything_but_rows()
    {
        var archive = await (await DumpedDatabase.CreateAsync(_postgres, Everything)).DumpAsync();
        var head = await ArchiveHead.ReadAsync(new MemoryStream(archive), Token);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, archive[..(int)head.Length], Token);

        var (code, output) = await Shell.RunAsync("pg_restore", ["--section=post-data", "-f", "-", file]);

        Assert.Equal(0, code);
        Assert.Contains("CREATE TRIGGER", output, StringComparison.Ordinal);
        Assert.Equal(1, archive[(int)head.Length]);
        File.Delete(file);
    }

    [Fact]
    public async Task One_that_ends_within_its_head_or_is_none_is_refused()
    {
        var archive = ArchiveSamples.Read(ArchiveSamples.Postgres15);
        var cut = await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveHead.ReadAsync(new MemoryStream(archive[..3000]), Token));
        Assert.Equal("The archive ends within its list of contents.", cut.Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveHead.ReadAsync(new MemoryStream(new byte[100]), Token));
    }

    // As pg_dump 15, 17 and 17 again write it.
    [Theory]
    [InlineData("LOCALE_PROVIDER = libc LOCALE = 'de_DE.UTF-8'", "libc de_DE.UTF-8 de_DE.UTF-8 ")]
    [InlineData("LOCALE_PROVIDER = icu LC_COLLATE = 'C' LC_CTYPE = 'en_US.UTF-8' ICU_LOCALE = 'de-DE'", "icu C en_US.UTF-8 de-DE")]
    [InlineData("LOCALE_PROVIDER = builtin LOCALE = 'C' BUILTIN_LOCALE = 'C.UTF-8'", "builtin C C C.UTF-8")]
    public void The_locale_of_every_provider_is_read(string options, string expected)
    {
        var facts = DatabaseDefinition.Facts(new()
        {
            DumpId = 1,
            HasData = false,
            Tag = "shop",
            Kind = "DATABASE",
            Section = ArchiveSection.PreData,
            Definition = $"CREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = 'UTF8' {options};\n",
        });

        Assert.Equal(expected, $"{facts.LocaleProvider} {facts.Collate} {facts.CharacterType} {facts.Locale}");
    }

    private const string Everything = """
        CREATE SCHEMA shop;
        CREATE EXTENSION hstore;
        CREATE TYPE shop.state AS ENUM ('new', 'paid');
        CREATE TABLE customers (id serial PRIMARY KEY, name text UNIQUE, more hstore);
        CREATE TABLE shop.orders (id int GENERATED BY DEFAULT AS IDENTITY, customer int REFERENCES customers, state shop.state);
        CREATE INDEX ON shop.orders (state);
        CREATE VIEW shop.paid AS SELECT * FROM shop.orders WHERE state = 'paid';
        CREATE MATERIALIZED VIEW shop.numbers AS SELECT count(*) AS n FROM shop.orders;
        CREATE FUNCTION shop.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE PROCEDURE shop.nothing(a int, b text) LANGUAGE sql AS 'SELECT 1';
        CREATE AGGREGATE shop.total(int) (SFUNC = int4pl, STYPE = int);
        CREATE TRIGGER touched BEFORE INSERT ON shop.orders FOR EACH ROW EXECUTE FUNCTION shop.touch();
        CREATE POLICY everybody ON customers USING (true);
        CREATE PUBLICATION changes FOR TABLE customers;
        CREATE TABLE "odd
        name" (a int);
        INSERT INTO customers (name) VALUES ('a'), ('b');
        INSERT INTO shop.orders (customer, state) VALUES (1, 'new');
        SELECT lo_from_bytea(0, 'x');
        """;

    private static async Task EqualsListAsync(byte[] archive)
    {
        var head = await ArchiveHead.ReadAsync(new MemoryStream(archive), Token);
        var file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, archive, Token);
        var (code, output) = await Shell.RunAsync("pg_restore", ["--list", "--create", file]);
        File.Delete(file);
        Assert.Equal(0, code);

        var listed = output.Split('\n').Where(line => line.Length > 0 && line[0] != ';');

        // It leaves these out of its list.
        var read = head.Entries.Where(e => e.Kind is not ("ENCODING" or "STDSTRINGS" or "SEARCHPATH"));
        Assert.Equal(listed, read.Select(Line));
        Assert.Contains($"TOC Entries: {head.Entries.Count}\n", output, StringComparison.Ordinal);
    }

    private static string Line(ArchiveEntry e) =>
        $"{e.DumpId}; {e.TableOid} {e.Oid} {OneLine(e.Kind)} {OneLine(e.Schema ?? "-")} {OneLine(e.Tag)} {OneLine(e.Owner ?? "")}";

    private static string OneLine(string text) => NewLines().Replace(text, " ");

    [GeneratedRegex("[\r\n]")]
    private static partial Regex NewLines();
}
