namespace BackupApp.Tests.Api;

/// <summary>Classes of tests that share one app, since none of them needs it to itself.</summary>
[CollectionDefinition(nameof(ApiBehaviour))]
public sealed class ApiBehaviour : ICollectionFixture<ApiBench>;
