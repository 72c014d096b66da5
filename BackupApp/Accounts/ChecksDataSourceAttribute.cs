namespace BackupApp.Accounts;

/// <summary>
/// On an endpoint whose route has no <c>datasourceId</c>: it asks <see cref="UserRights.CanReach"/>
/// itself, so that tokens limited to some sources may call it.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
public sealed class ChecksDataSourceAttribute : Attribute;
