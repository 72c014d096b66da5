using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui;

/// <summary>
/// What a list shows while it has nothing: <c>icon</c>, <c>title</c>, one sentence (<c>text</c>), and as content the action
/// that fills it, usually one button.
/// </summary>
[HtmlTargetElement("empty-state")]
public sealed class EmptyStateTagHelper : TagHelper
{
    public required string Icon { get; set; }

    public required string Title { get; set; }

    public string? Text { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var action = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag; // also where the page wrote <empty-state ... />
        output.Attributes.SetAttribute("class", "empty");
        output.Content.AppendHtml(Element("div", "empty-icon", IconTagHelper.Svg(View, Icon)));
        output.Content.AppendHtml(Element("p", "empty-title", new StringHtmlContent(Title)));
        if (!string.IsNullOrEmpty(Text))
            output.Content.AppendHtml(Element("p", "empty-subtitle", new StringHtmlContent(Text)));
        if (!action.IsEmptyOrWhiteSpace)
            output.Content.AppendHtml(Element("div", "empty-action", action));
    }

    private static TagBuilder Element(string name, string cssClass, IHtmlContent content)
    {
        var element = new TagBuilder(name);
        element.AddCssClass(cssClass);
        element.InnerHtml.AppendHtml(content);
        return element;
    }
}
