using System.Globalization;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

public enum WhenStyle
{
    /// <summary>"2026-11-23 04:30 UTC · 3 min ago".</summary>
    Both,

    /// <summary>"3 min ago".</summary>
    Relative,

    /// <summary>"2026-11-23 04:30 UTC".</summary>
    Absolute,
}

/// <summary>
/// <c>&lt;when value="@job.StartedAt" show="Relative" /&gt;</c>: a moment in UTC with its age. With JavaScript the reader's own
/// zone replaces UTC and the age keeps counting. Null is <c>empty</c> (an en dash).
/// </summary>
[HtmlTargetElement("when", TagStructure = TagStructure.WithoutEndTag)]
public sealed class WhenTagHelper(TimeProvider time) : TagHelper
{
    public DateTimeOffset? Value { get; set; }

    public WhenStyle Show { get; set; } = WhenStyle.Both;

    public string Empty { get; set; } = "–";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (Value is not { } value)
        {
            output.TagName = "span";
            output.Content.SetContent(Empty);
            return;
        }

        var utc = value.UtcDateTime;
        output.TagName = "time";
        output.Attributes.SetAttribute("class", "when");
        output.Attributes.SetAttribute("datetime", utc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", utc.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC");
        output.Attributes.SetAttribute("data-when", "");
        if (Show != WhenStyle.Relative)
            output.Content.AppendHtml(Part("absolute", utc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC"));
        if (Show == WhenStyle.Both)
            output.Content.Append(" ");
        if (Show != WhenStyle.Absolute)
            output.Content.AppendHtml(Part("relative", Quantity.Relative(value, time.GetUtcNow())));
    }

    private static TagBuilder Part(string name, string text)
    {
        var span = new TagBuilder("span");
        span.Attributes["data-when-" + name] = "";
        span.InnerHtml.Append(text);
        return span;
    }
}
