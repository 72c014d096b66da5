using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui.Lists;

/// <summary>
/// <c>&lt;th sort-by="name" list="Model.List"&gt;Name&lt;/th&gt;</c>: a column's head that sorts the list by a link, so that it needs no
/// script. <c>largest-first</c> begins the other way round. Without a list it is a plain head.
/// </summary>
[HtmlTargetElement("th", Attributes = "sort-by")]
public sealed class SortHeadTagHelper : TagHelper
{
    public required string SortBy { get; set; }

    public ListView? List { get; set; }

    public bool LargestFirst { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.Attributes.SetAttribute("scope", "col");
        if (List is not { } list)
            return;
        var word = list.Sort.WordFor(SortBy);
        if (word != "none")
            output.Attributes.SetAttribute("aria-sort", word);
        var link = new TagBuilder("a") { TagRenderMode = TagRenderMode.StartTag };
        link.Attributes["class"] = $"sort-link sort-{word}";
        link.Attributes["href"] = list.Address.With("sort", list.Sort.Press(SortBy, LargestFirst).ToString());
        output.PreContent.AppendHtml(link);
        output.PostContent.AppendHtml(IconTagHelper.Svg(View, "chevron-down")).AppendHtml("</a>");
    }
}
