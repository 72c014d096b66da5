namespace BackupApp.Engines.Mongo;

/// <summary>A server that answered.</summary>
/// <param name="TlsProtocol">For example <c>TLSv1.3</c>; null when not encrypted.</param>
internal sealed record MongoAnswer(MongoHello Hello, string? TlsProtocol);
