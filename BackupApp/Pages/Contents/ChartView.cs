namespace BackupApp.Pages.Contents;

/// <summary>A chart and the sentence that says the same.</summary>
public sealed record ChartView(LineChart Chart, string Title, string Sentence)
{
    /// <summary>The value at the top in words; null to say nothing beside the chart.</summary>
    public string? Top { get; init; }

    /// <summary>What the lines are, where there are two: this one and <see cref="Other"/>.</summary>
    public string? Line { get; init; }

    public string? Other { get; init; }
}
