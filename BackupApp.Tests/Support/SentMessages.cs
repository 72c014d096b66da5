using System.Collections.Concurrent;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;

namespace BackupApp.Tests.Support;

/// <summary>Keeps what is handed to Hangfire, for features that are tested without it.</summary>
public sealed class SentMessages : IBackgroundJobClient
{
    private readonly ConcurrentQueue<Job> _sent = new();

    /// <summary>Null lets messages through; otherwise each fails with it.</summary>
    public Exception? Failure { get; set; }

    public IReadOnlyList<Job> Sent => [.. _sent];

    public string Create(Job job, IState state)
    {
        if (Failure is not null)
            throw new BackgroundJobClientException("Hangfire is away.", Failure);
        _sent.Enqueue(job);
        return $"{_sent.Count}";
    }

    public bool ChangeState(string jobId, IState state, string expectedState) => throw new NotSupportedException();
}
