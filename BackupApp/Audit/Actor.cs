using System.Net;

namespace BackupApp.Audit;

/// <summary>Who does something, as the audit log will say it.</summary>
public sealed record Actor(ActorType Type, Guid? Id = null, string? Name = null, IPAddress? Ip = null, string? UserAgent = null)
{
    /// <summary>BackupApp itself: a worker, the scheduler, the start-up.</summary>
    public static readonly Actor System = new(ActorType.System);

    /// <summary>The name of whoever is not signed in.</summary>
    public const string Anonymous = "anonymous";
}

/// <summary>The actor of the current scope: who asks in a request, the system in a worker.</summary>
public sealed class CurrentActor
{
    public Actor Value { get; set; } = Actor.System;
}
