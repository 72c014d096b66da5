using System.Net;
using System.Text;
using BackupApp.Alerts;

namespace BackupApp.Protection.Weekly;

/// <summary>The report as a letter: as text for people who read text, and as HTML with tables. A pure function.</summary>
internal static class ReportLetter
{
    private const string Cell = "padding:2px 12px 2px 0;text-align:left;vertical-align:top";

    public static AlertLetter Of(WeekInWords report) => new(Text(report), Html(report));

    private static string Text(WeekInWords report)
    {
        var text = new StringBuilder(report.Title).Append(".\n");
        foreach (var section in report.Sections)
        {
            text.Append('\n').Append(section.Title).Append('\n').Append('-', section.Title.Length).Append('\n');
            foreach (var line in section.Lines)
                text.Append("* ").Append(OneLine(line)).Append('\n');
            foreach (var row in section.Rows)
                text.Append("* ").Append(OneLine(Joined(section.Head, row))).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    // "shop (prod): Protected · newest good backup 26 Nov 2026 02:15 UTC · size 1.2 GiB"
    private static string Joined(IReadOnlyList<string> head, IReadOnlyList<string> row)
    {
        var named = head.Skip(2).Zip(row.Skip(2), (title, value) => $"{char.ToLowerInvariant(title[0])}{title[1..]} {value}");
        return $"{row[0]}: {string.Join(" · ", named.Prepend(row[1]))}";
    }

    private static string Html(WeekInWords report)
    {
        var html = new StringBuilder("<h1>").Append(Escape(report.Title)).Append("</h1>");
        foreach (var section in report.Sections)
        {
            html.Append("<h2>").Append(Escape(section.Title)).Append("</h2>");
            if (section.Lines.Count > 0)
                html.Append("<ul>").AppendJoin("", section.Lines.Select(l => $"<li>{Escape(l)}</li>")).Append("</ul>");
            if (section.Rows.Count > 0)
                Table(html, section);
        }

        return html.ToString();
    }

    private static void Table(StringBuilder html, ReportSection section)
    {
        html.Append("<table style=\"border-collapse:collapse\"><thead><tr>")
            .AppendJoin("", section.Head.Select(h => $"<th scope=\"col\" style=\"{Cell}\">{Escape(h)}</th>"))
            .Append("</tr></thead><tbody>");
        foreach (var row in section.Rows)
            html.Append("<tr>").AppendJoin("", row.Select(c => $"<td style=\"{Cell}\">{Escape(c)}</td>")).Append("</tr>");
        html.Append("</tbody></table>");
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
