using System.Text;
using BackupApp.Engines.Postgres.Restores;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Names of databases that a restore makes or keeps.</summary>
public sealed class RestoreNamesTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 27, 14, 5, 9, TimeSpan.FromHours(1));

    [Theory]
    [InlineData("shop")]
    [InlineData("a name of more than sixty-three bytes, as some generators make them up")]
    [InlineData("日本語の名前は一文字が三バイトなので切る場所に気をつける")]
    [InlineData("🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑")]
    public void They_fit_into_63_bytes_are_cut_at_a_character_and_keep_their_end(string database)
    {
        var id = Guid.NewGuid();
        string[] names = [RestoreNames.Restoring(database, id), RestoreNames.Before(database, Time), RestoreNames.Undone(database, Time)];

        Assert.All(names, name => Assert.InRange(Encoding.UTF8.GetByteCount(name), 20, 63));
        Assert.All(names, name => Assert.Equal(name, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name))));
        Assert.All(names, name => Assert.True(RestoreNames.IsOurs(name), name));
        Assert.Equal($"_restoring_{id.ToString("N")[20..]}", names[0][^23..]);
        Assert.Equal("_before_20261127_130509", names[1][^23..]);
        Assert.Equal("_undone_20261127_130509", names[2][^23..]);
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("shop_before_christmas")]
    [InlineData("shop_restoring_")]
    [InlineData("shop_before_20261127_130509_copy")]
    public void Other_peoples_databases_are_not_ours(string database) => Assert.False(RestoreNames.IsOurs(database));
}
