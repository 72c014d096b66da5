using System.Net;
using BackupApp.Protection.Board;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary><c>&lt;sparkline days="…" /&gt;</c>: how the size of the backups developed. Nothing where no size is known.</summary>
[HtmlTargetElement("sparkline", TagStructure = TagStructure.WithoutEndTag)]
public sealed class SparklineTagHelper : TagHelper
{
    public required IReadOnlyList<SourceDay> Days { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (Sparkline.Of(Days) is not { } line)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "sparkline");
        output.Attributes.SetAttribute("viewBox", $"0 0 {Sparkline.Width} {Sparkline.Height}");
        output.Attributes.SetAttribute("width", Sparkline.Width);
        output.Attributes.SetAttribute("height", Sparkline.Height);
        output.Attributes.SetAttribute("role", "img");
        output.Attributes.SetAttribute("aria-label", line.Sentence);
        output.Content.AppendHtml($"<title>{WebUtility.HtmlEncode(line.Sentence)}</title>");
        if (line.Path.Length > 0)
            output.Content.AppendHtml($"""<path class="chart-line" d="{line.Path}"/>""");
        output.Content.AppendHtml($"""<circle class="chart-last" cx="{line.LastX}" cy="{line.LastY}" r="2"/>""");
    }
}
