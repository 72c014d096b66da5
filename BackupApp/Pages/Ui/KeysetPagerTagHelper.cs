using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// <c>&lt;keyset-pager newer="@Model.NewerHref" older="@Model.OlderHref" /&gt;</c>: two links; a null one has no neighbour in
/// that direction. With both null nothing is rendered. <c>label</c> names the list.
/// </summary>
[HtmlTargetElement("keyset-pager", TagStructure = TagStructure.WithoutEndTag)]
public sealed class KeysetPagerTagHelper : TagHelper
{
    public string? Newer { get; set; }

    public string? Older { get; set; }

    public string Label { get; set; } = "Pages";

    /// <summary>Other words where the list does not follow time.</summary>
    public string NewerText { get; set; } = "Newer";

    public string OlderText { get; set; } = "Older";

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        // Razor hands a null over as an empty string.
        if (string.IsNullOrEmpty(Newer) && string.IsNullOrEmpty(Older))
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "nav";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "keyset-pager");
        output.Attributes.SetAttribute("aria-label", Label);
        output.Content.AppendHtml(Link(Newer, "prev", Icon("chevron-left"), new StringHtmlContent(NewerText)));
        output.Content.AppendHtml(Link(Older, "next", new StringHtmlContent(OlderText), Icon("chevron-right", "icon-end")));
    }

    private TagBuilder Icon(string name, string? cssClass = null) => IconTagHelper.Svg(View, name, cssClass);

    private static TagBuilder Link(string? href, string rel, params IHtmlContent[] content)
    {
        var link = new TagBuilder("a");
        link.AddCssClass("btn");
        if (string.IsNullOrEmpty(href))
        {
            // A link without an address is a disabled one, for the keyboard too.
            link.AddCssClass("disabled");
            link.Attributes["role"] = "link";
            link.Attributes["aria-disabled"] = "true";
        }
        else
        {
            link.Attributes["href"] = href;
            link.Attributes["rel"] = rel;
        }

        foreach (var part in content)
            link.InnerHtml.AppendHtml(part);
        return link;
    }
}
