using System.Globalization;
using System.Text;

namespace BackupApp.Hosting;

/// <summary>
/// Prometheus' text form (version 0.0.4). Written here: OpenTelemetry's exporter for it is a beta, limits a metric to 2,000
/// series, and counts in the process
/// what has to be read from the database anyway.
/// </summary>
public sealed class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a metric.</summary>
    /// <param name="type"><c>gauge</c> or <c>counter</c>.</param>
    /// <param name="help">One line.</param>
    public MetricsText Metric(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    /// <summary>A series of the metric; none where there is no value.</summary>
    public void Value(string name, double? value, params (string Name, string Value)[] labels) => Value(name, value, Labels(labels));

    /// <param name="labels">As <see cref="Labels"/> writes them: what many series have in common is written once.</param>
    public void Value(string name, double? value, string labels)
    {
        if (value is not { } number)
            return;
        _text.Append(name);
        if (labels.Length > 0)
            _text.Append('{').Append(labels).Append('}');
        var written = double.IsPositiveInfinity(number) ? "+Inf" : number.ToString("R", CultureInfo.InvariantCulture);
        _text.Append(' ').Append(written).Append('\n');
    }

    public static string Labels(params (string Name, string Value)[] labels) =>
        string.Join(',', labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\""));

    /// <summary>A metric of one series.</summary>
    public void One(string name, string help, double? value) => Metric(name, "gauge", help).Value(name, value, "");

    public override string ToString() => _text.ToString();

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
