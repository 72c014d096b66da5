using BackupApp.Alerts;

namespace BackupApp.Tests.Alerts;

internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 14, 20, 0, TimeSpan.Zero);

    public static AlertEvent Alert(
        string kind = "overdue", string? environment = "prod", AlertWhat what = AlertWhat.Begin, string name = "shop <b>&") =>
        new(
        Guid.CreateVersion7(),
        what,
        kind,
        kind is "overdue" or "damaged" or "test" ? AlertUrgency.Now : AlertUrgency.Morning,
        $"Overdue: {name} (prod)",
        name,
        environment,
        $"source/{name}",
        "The newest good backup is 36 h old; promised was never older than 36 h. Nothing answers at db:5432.",
        Now,
        Now.AddHours(-36),
        "Fix connection",
        "/DataSources/1");

    public static AlertMessage Message(params AlertEvent[] alerts) =>
        new(
            Guid.CreateVersion7(), alerts[0].Title, alerts, Now, "https://backups.example.com/DataSources/1",
            "https://backups.example.com/Received/abc");
}
