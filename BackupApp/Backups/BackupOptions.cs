using System.ComponentModel.DataAnnotations;
using BackupApp.Streams;
using BackupApp.Tools;

namespace BackupApp.Backups;

/// <summary>Section <c>BackupApp:Backups</c>.</summary>
public sealed class BackupOptions
{
    public const int MaxCompressionThreads = 64;

    /// <summary>
    /// Chosen by scripts/bench: some 8 % larger than what gzip's default makes of text and JSON, at
    /// ten times its speed on a core where ISA-L is installed.
    /// </summary>
    public const int DefaultCompressionLevel = 3;

    /// <summary>Backups that one process runs at once.</summary>
    [Range(1, 64)]
    public int MaxConcurrentJobs { get; set; } = 4;

    /// <summary>A dump that moves no byte for this long has failed. There is no limit on the whole run.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "7.00:00:00")]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// When the key of a job that failed is first looked at again. The later looks follow after 5, 30, 120, 480 and 1440 times as long.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan OrphanLook { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Scheduled backups of one data source that run at once, in all processes.</summary>
    [Range(1, 64)]
    public int MaxConcurrentPerSource { get; set; } = 1;

    /// <summary>Manual backups of one data source that wait to be started; more are refused, whoever asks.</summary>
    [Range(1, 1000)]
    public int MaxQueuedManualPerSource { get; set; } = 3;

    /// <summary>Backups to one destination that run at once, in all processes; 0 for any number.</summary>
    [Range(0, 1000)]
    public int MaxConcurrentPerDestination { get; set; }

    /// <summary>gzip level of runs without a policy; 0 stores.</summary>
    [Range(0, 9)]
    public int CompressionLevel { get; set; } = DefaultCompressionLevel;

    /// <summary>Threads that compress one dump, unless its policy says so; 0 chooses by the machine's cores.</summary>
    [Range(0, MaxCompressionThreads)]
    public int CompressionThreads { get; set; }

    /// <summary>
    /// MiB that the backups of one process share for parts and blocks; a run that finds no room
    /// waits. The whole process takes some 150 MiB more.
    /// </summary>
    [Range(64, 1 << 20)]
    public int MemoryBudget { get; set; } = 288;

    /// <summary>nice(1) of the dump tools, 0 (as this process) to 19 (only with CPU time that nobody else wants).</summary>
    [Range(0, 19)]
    public int ToolNiceness { get; set; }

    /// <summary>
    /// ionice(1) of the dump tools. It counts for what they read from disks themselves, and only with an I/O scheduler that knows classes.
    /// </summary>
    public ToolIoClass ToolIoClass { get; set; }

    // The tool and the database need a core between them; two cores are left to the kernel to share out. Four keep up with any one dump.
    private static int DefaultThreads => Math.Clamp(Environment.ProcessorCount - 1, Math.Min(2, Environment.ProcessorCount), 4);

    public ToolPriority ToolPriority => new(ToolNiceness, ToolIoClass);

    public long MemoryBudgetBytes => MemoryBudget * (1L << 20);

    /// <param name="policy">What the policy says; null for nothing.</param>
    public int CompressionThreadsOf(int? policy)
    {
        var threads = policy ?? (CompressionThreads > 0 ? CompressionThreads : DefaultThreads);
        // Half of the memory is for the upload.
        while (threads > 1 && ParallelGzipStream.MemoryOf(threads) > MemoryBudgetBytes / 2)
            threads--;
        return threads;
    }
}
