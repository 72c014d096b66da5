using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;icon name="database" /&gt;</c>: an icon of the sprite (FrontEnd/icons.txt has the names). It is decoration and
/// hidden from assistive technology, unless <c>label</c> gives it a meaning of its own. <c>class</c> is added.
/// </summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    public required string Name { get; set; }

    public string? Label { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        var svg = Svg(View, Name, output.Attributes["class"]?.Value?.ToString());
        if (!string.IsNullOrEmpty(Label))
        {
            svg.Attributes.Remove("aria-hidden");
            svg.Attributes["role"] = "img";
            svg.Attributes["aria-label"] = Label;
        }

        output.TagName = null;
        output.Content.SetHtmlContent(svg);
    }

    /// <summary>The same for other tag helpers.</summary>
    internal static TagBuilder Svg(ViewContext view, string name, string? cssClass = null)
    {
        var svg = new TagBuilder("svg");
        svg.Attributes["class"] = string.IsNullOrEmpty(cssClass) ? "icon" : $"icon {cssClass}";
        svg.Attributes["width"] = "24";
        svg.Attributes["height"] = "24";
        svg.Attributes["aria-hidden"] = "true";
        var use = new TagBuilder("use");
        use.Attributes["href"] = $"{AssetUrls.Url(view, "lib/tabler/icons.svg")}#{name}";
        svg.InnerHtml.AppendHtml(use);
        return svg;
    }
}
