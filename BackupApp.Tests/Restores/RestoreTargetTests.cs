using System.Text;
using System.Text.Json;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Restores;

namespace BackupApp.Tests.Restores;

/// <summary>How a target is named, shown and kept.</summary>
public sealed class RestoreTargetTests
{
    [Fact]
    public void It_is_shown_without_its_login()
    {
        var target = PostgresUri.Parse("postgres://admin:secret@db.example.com:5433/app?sslmode=require").Parts!.ToConnection();

        Assert.Equal("postgres://…@db.example.com:5433/app", TargetNames.Show(target));
    }

    [Theory]
    [InlineData("shop", "shop_20261126")]
    [InlineData("It's \"odd\"", "It's \"odd\"_20261126")]
    public void A_copy_is_named_for_the_moment_that_it_is_of(string database, string copy) =>
        Assert.Equal(copy, TargetNames.Beside(database, new DateTimeOffset(2026, 11, 26, 1, 15, 0, TimeSpan.Zero)));

    [Fact]
    public void A_long_name_is_cut_at_a_letter_and_keeps_its_date()
    {
        var name = TargetNames.Beside(new string('ñ', 40), new DateTimeOffset(2026, 11, 26, 1, 15, 0, TimeSpan.Zero));

        Assert.EndsWith("_20261126", name, StringComparison.Ordinal);
        Assert.Equal(new string('ñ', 27), name[..^9]);
        Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 63);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("sixty-four letters are one more than PostgreSQL keeps of a name.")]
    public void A_name_that_no_server_keeps_is_a_problem(string name) => Assert.NotNull(TargetNames.Problem(name));

    [Fact]
    public void Tables_are_listed_a_line_each() => Assert.Equal(
        [new("sales", "orders"), new("public", "customers")], TargetNames.ReadTables("sales.orders\r\n\n customers \n"));

    [Fact]
    public void Collections_need_no_database_before_them_and_may_have_points() => Assert.Equal(
        [new("shop", "orders"), new("shop", "fs.files"), new("shop", "customers")],
        TargetNames.ReadCollections("orders\r\n fs.files\n\nshop.customers\nshop.", "shop"));

    [Fact]
    public void A_login_comes_out_of_its_document_as_it_went_in()
    {
        var target = PostgresUri.Parse(
            "postgres://admin:se%3Acret@db.example.com:5433/app?channel_binding=require&application_name=x").Parts!
            .ToConnection(new(null, CaCertificatePem: "-----BEGIN CERTIFICATE-----"));

        var read = JsonSerializer.Deserialize<DatabaseConnection>(JsonSerializer.SerializeToUtf8Bytes(target))!;

        Assert.Equal(target.Secrets, read.Secrets);
        Assert.Equal((target.Security, target.ChoosesTls), (read.Security, read.ChoosesTls));
        Assert.Equal(target.Servers, read.Servers);
        Assert.Equal((target.Database, target.Username), (read.Database, read.Username));
        Assert.Equal(target.Parameters, read.Parameters);
    }
}
