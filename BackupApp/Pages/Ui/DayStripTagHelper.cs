using System.Net;
using BackupApp.Data;
using BackupApp.Protection.Board;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;day-strip days="…" /&gt;</c>: what each of the last days brought, by shape: good full, partial half, failed a cross, missed
/// hollow, nothing a dot. One sentence says it all; the source's calendar is the way to a single day.
/// </summary>
[HtmlTargetElement("day-strip", TagStructure = TagStructure.WithoutEndTag)]
public sealed class DayStripTagHelper : TagHelper
{
    public required IReadOnlyList<SourceDay> Days { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var strip = DayStrip.Of(Days);
        var sentence = WebUtility.HtmlEncode(strip.Sentence);
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "strip");
        output.Attributes.SetAttribute("viewBox", $"0 0 {strip.Width} {DayStrip.Height}");
        output.Attributes.SetAttribute("width", strip.Width);
        output.Attributes.SetAttribute("height", DayStrip.Height);
        output.Attributes.SetAttribute("role", "img");
        output.Attributes.SetAttribute("aria-label", strip.Sentence);
        output.Content.AppendHtml($"<title>{sentence}</title>");
        foreach (var (outcome, path) in strip.Paths)
            output.Content.AppendHtml($"""<path class="strip-{outcome.ToSnakeCase()}" d="{path}"/>""");
    }
}
