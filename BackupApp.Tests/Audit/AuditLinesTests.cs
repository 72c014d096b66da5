using System.Collections.Concurrent;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Audit;

/// <summary>The log tells of what is committed, when it is, and of nothing else.</summary>
public sealed class AuditLinesTests : IAsyncLifetime
{
    private readonly Lines _lines = new();
    private TestDatabase? _database;
    private ServiceProvider? _services;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_lines));
        services.AddData(_database.ConnectionString, new DataDirectory("/nowhere"));
        services.AddAudit();
        _services = services.BuildServiceProvider();
    }

    [Fact]
    public async Task Without_a_transaction_the_line_follows_the_save()
    {
        await using var scope = _services!.CreateAsyncScope();
        Record(scope, "one");
        Record(scope, "two");
        Assert.Empty(_lines.Written);

        await Db(scope).SaveChangesAsync(Cancel);

        Assert.Equal(["one", "two"], Names());
        await Db(scope).SaveChangesAsync(Cancel);
        Assert.Equal(2, _lines.Written.Count);
    }

    [Fact]
    public async Task In_a_transaction_the_lines_follow_the_commit()
    {
        await using var scope = _services!.CreateAsyncScope();
        await using var transaction = await Db(scope).Database.BeginTransactionAsync(Cancel);
        Record(scope, "one");
        await Db(scope).SaveChangesAsync(Cancel);
        Record(scope, "two");
        await Db(scope).SaveChangesAsync(Cancel);
        Assert.Empty(_lines.Written);

        await transaction.CommitAsync(Cancel);

        Assert.Equal(["one", "two"], Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_rolled_back_is_never_told_of(bool inWords)
    {
        await using var scope = _services!.CreateAsyncScope();
        await using (var given = await Db(scope).Database.BeginTransactionAsync(Cancel))
        {
            Record(scope, "given up");
            await Db(scope).SaveChangesAsync(Cancel);
            if (inWords)
                await given.RollbackAsync(Cancel);
        }

        await using var transaction = await Db(scope).Database.BeginTransactionAsync(Cancel);
        Record(scope, "kept");
        await Db(scope).SaveChangesAsync(Cancel);
        await transaction.CommitAsync(Cancel);

        Assert.Equal(["kept"], Names());
    }

    [Fact]
    public async Task A_save_that_fails_is_not_told_of()
    {
        await using var scope = _services!.CreateAsyncScope();
        var db = Db(scope);
        Record(scope, "refused");
        db.Add(AuditEntry.Create(Actor.System, AuditActions.UserCreated, new AuditTarget("user", null, "bad"), "no json"));
        await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Cancel));
        db.ChangeTracker.Clear();

        Record(scope, "kept");
        await db.SaveChangesAsync(Cancel);

        Assert.Equal(["kept"], Names());
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
            await _services.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    private static AppDbContext Db(AsyncServiceScope scope) => scope.ServiceProvider.GetRequiredService<AppDbContext>();

    private static void Record(AsyncServiceScope scope, string name) => scope.ServiceProvider.GetRequiredService<AuditLog>()
        .Record(AuditActions.UserCreated, new AuditTarget("user", Guid.NewGuid(), name));

    private IEnumerable<string> Names() => _lines.Written.Select(line => line.Split('(', ')')[1]);

    /// <summary>What the audit log wrote to the log.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("BackupApp.Audit", StringComparison.Ordinal) ? this : NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
