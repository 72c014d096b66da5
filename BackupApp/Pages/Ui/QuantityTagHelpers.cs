using System.Globalization;
using System.Xml;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;bytes value="@job.StoredBytes" /&gt;</c>: "1.2 GiB", the exact count in the tool tip. <c>per-second="true"</c>
/// makes it a rate. Null is an en dash.
/// </summary>
[HtmlTargetElement("bytes", TagStructure = TagStructure.WithoutEndTag)]
public sealed class BytesTagHelper : TagHelper
{
    public long? Value { get; set; }

    public bool PerSecond { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var suffix = PerSecond ? "/s" : "";
        output.TagName = "span";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "quantity");
        if (Value is { } bytes)
            output.Attributes.SetAttribute("title", bytes.ToString("N0", CultureInfo.InvariantCulture) + " bytes" + suffix);
        output.Content.SetContent(Value is { } known ? Quantity.Bytes(known) + suffix : "–");
    }
}

/// <summary><c>&lt;duration value="@job.Duration" /&gt;</c>: "3 min 12 s". Null is an en dash.</summary>
[HtmlTargetElement("duration", TagStructure = TagStructure.WithoutEndTag)]
public sealed class DurationTagHelper : TagHelper
{
    public TimeSpan? Value { get; set; }

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = Value is null ? "span" : "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "quantity");
        if (Value is { } span)
            output.Attributes.SetAttribute("datetime", XmlConvert.ToString(span));
        output.Content.SetContent(Value is { } known ? Quantity.Duration(known) : "–");
    }
}
