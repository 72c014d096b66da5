namespace BackupApp.Tests.Support;

// A process of the app takes seconds of a core to start. Classes that only use one share it, and run one after the other.

/// <summary>Runs, whatever becomes of them.</summary>
[CollectionDefinition(nameof(RunsOfOneApp))]
public sealed class RunsOfOneApp : ICollectionFixture<JobBench>;

/// <summary>What runs left behind, and what becomes of that.</summary>
[CollectionDefinition(nameof(BackupsOfOneApp))]
public sealed class BackupsOfOneApp : ICollectionFixture<JobBench>;
