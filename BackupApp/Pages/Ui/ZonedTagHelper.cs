using System.Globalization;
using System.Text.RegularExpressions;
using BackupApp.Data;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;zoned text="@incident.Reason" /&gt;</c>: a sentence that was written without knowing who reads it, with its moments
/// ("27 Nov 2026 02:16 UTC") in the viewer's zone.
/// </summary>
[HtmlTargetElement("zoned", TagStructure = TagStructure.WithoutEndTag)]
public sealed partial class ZonedTagHelper(TimeProvider time) : TagHelper
{
    public string? Text { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = null;
        var zone = ViewerZone.Of(View.HttpContext);
        var text = In(Text ?? "", zone, time.GetUtcNow());
        if (text != Text)
            ViewerZone.NoteUse(View.HttpContext);
        output.Content.SetContent(text);
    }

    /// <summary>What only looks like a moment stays as it is.</summary>
    internal static string In(string text, ViewerZone zone, DateTimeOffset now) => Moment().Replace(text, found =>
        DateTimeOffset.TryParseExact(
            found.Value, UtcWords.Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? zone.InWords(moment, now)
            : found.Value);

    [GeneratedRegex(@"\b\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2} UTC\b", RegexOptions.None, 1000)]
    private static partial Regex Moment();
}
