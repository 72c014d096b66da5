namespace BackupApp.Pages.Contents;

/// <summary>A chart and the sentence that says the same.</summary>
public sealed record ChartView(LineChart Chart, string Title, string Sentence);
