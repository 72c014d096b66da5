using System.Security.Cryptography;
using System.Text;
using BackupApp.Data;
using BackupApp.Secrets;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace BackupApp.Tests.Secrets;

public sealed class SecretBoxTests
{
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("Żółć");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_opens_for_its_own_row_and_for_no_other()
    {
        await using var database = await TestDatabase.CreateAsync();

        var cipher = database.Secrets.Protect(Plain, "data_source/1");

        Assert.Equal(Plain, database.Secrets.Unprotect(cipher, "data_source/1"));
        Assert.ThrowsAny<CryptographicException>(() => database.Secrets.Unprotect(cipher, "data_source/2"));
    }

    [Fact]
    public async Task A_secret_of_which_any_byte_was_changed_does_not_open()
    {
        await using var database = await TestDatabase.CreateAsync();
        var cipher = database.Secrets.Protect(Plain, "x");

        for (var i = 0; i < cipher.Length; i++)
        {
            var changed = cipher.ToArray();
            changed[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => database.Secrets.Unprotect(changed, "x"));
            Assert.ThrowsAny<CryptographicException>(() => database.Secrets.Unprotect(cipher.AsSpan(0, i), "x"));
        }
    }

    [Fact]
    public async Task The_same_secret_never_looks_the_same()
    {
        await using var database = await TestDatabase.CreateAsync();

        Assert.NotEqual(database.Secrets.Protect(Plain, "x"), database.Secrets.Protect(Plain, "x"));
    }

    [Fact]
    public async Task The_key_ring_opens_again_with_its_master_key_and_says_so_when_it_is_another()
    {
        await using var database = await TestDatabase.CreateAsync();
        var cipher = database.Secrets.Protect(Plain, "x");
        await using var db = database.Open();
        var (again, other) = (new SecretBox(), new SecretBox());

        await again.OpenAsync(db, TestDatabase.Key(), TimeProvider.System, Cancel);
        var error = await Assert.ThrowsAsync<MasterKeyException>(() =>
            other.OpenAsync(db, TestDatabase.Key(8), TimeProvider.System, Cancel));

        Assert.Equal(Plain, again.Unprotect(cipher, "x"));
        Assert.Contains("does not open this database's key ring", error.Message, StringComparison.Ordinal);
        Assert.Contains("BackupApp__MasterKey", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await db.Set<EncryptionKey>().CountAsync(Cancel));
    }
}

public sealed class MasterKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-key-").FullName;

    [Fact]
    public void The_embedded_default_makes_a_key_that_only_its_owner_reads_and_finds_it_again()
    {
        var first = Load(embedded: true);
        first.Keep();
        var file = Path.Combine(_folder, "master.key");
        var text = File.ReadAllText(file);

        Assert.Equal(first.Bytes.ToArray(), Load(embedded: true).Bytes.ToArray());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal((MasterKey.Length, text), (Convert.FromBase64String(text).Length, File.ReadAllText(file)));
        Assert.Equal([file], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_lost_key_file_stops_the_start_and_no_new_one_is_written()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var db = database.Open();

        var error = await Assert.ThrowsAsync<MasterKeyException>(() => new SecretBox().OpenAsync(
            db, Load(embedded: true), TimeProvider.System, TestContext.Current.CancellationToken));

        Assert.Contains(Path.Combine(_folder, "master.key") + " is missing", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void The_own_key_file_that_a_platform_opened_to_a_group_is_closed_again()
    {
        Load(embedded: true).Keep();
        var file = Path.Combine(_folder, "master.key");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        Load(embedded: true);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_given_database_needs_a_given_key()
    {
        var error = Assert.Throws<MasterKeyException>(() => Load(embedded: false));

        Assert.Contains("BackupApp__MasterKey", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_key_may_come_from_a_file()
    {
        var file = Path.Combine(_folder, "secret");
        File.WriteAllText(file, Convert.ToBase64String(new byte[MasterKey.Length]) + "\n");

        Assert.Equal(new byte[MasterKey.Length], Load(embedded: false, ("BackupApp:MasterKeyFile", file)).Bytes.ToArray());
        Assert.Contains(
            "cannot be read",
            Assert.Throws<MasterKeyException>(() => Load(false, ("BackupApp:MasterKeyFile", file + "2"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_key_that_is_not_32_bytes_of_base64_is_refused_and_not_repeated(string text)
    {
        var error = Assert.Throws<MasterKeyException>(() => Load(embedded: false, ("BackupApp:MasterKey", text)));

        Assert.Contains("32 bytes of base64", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_does_not_print_itself() => Assert.Equal("master key from BackupApp__MasterKey", TestDatabase.Key().ToString());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private MasterKey Load(bool embedded, params (string Key, string? Value)[] settings) => MasterKey.Load(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value)).Build(),
        new DataDirectory(_folder),
        embedded);
}
