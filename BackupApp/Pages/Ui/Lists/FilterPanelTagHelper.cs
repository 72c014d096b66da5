using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace BackupApp.Pages.Ui.Lists;

/// <summary>
/// <c>&lt;filter-panel list="Model.List"&gt;fields&lt;/filter-panel&gt;</c>: the fields of a list's filter, folded, and what is set as
/// chips; each leads to the list without it. The fields' names are those of the address.
/// </summary>
[HtmlTargetElement("filter-panel")]
public sealed class FilterPanelTagHelper : TagHelper
{
    public required ListView List { get; set; }

    [ViewContext, HtmlAttributeNotBound]
    public ViewContext View { get; set; } = null!;

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var fields = await output.GetChildContentAsync();
        output.TagName = "div";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "list-filter");
        output.Content.AppendHtml("""<details class="filter-fold"><summary class="btn btn-sm">""")
            .AppendHtml(IconTagHelper.Svg(View, "filter"))
            .AppendHtml("Filter</summary>");
        output.Content.AppendHtml(Form(fields)).AppendHtml("</details>");
        if (List.IsFiltered)
            output.Content.AppendHtml(Chips());
    }

    private TagBuilder Form(IHtmlContent fields)
    {
        var form = new TagBuilder("form");
        form.Attributes["method"] = "get";
        form.Attributes["action"] = List.Address.Path;
        form.Attributes["class"] = "filter-fields";
        form.Attributes["data-trim"] = "";
        form.InnerHtml.AppendHtml(fields);
        foreach (var (name, value) in List.Address.Kept("sort"))
        {
            var kept = new TagBuilder("input") { TagRenderMode = TagRenderMode.SelfClosing };
            (kept.Attributes["type"], kept.Attributes["name"], kept.Attributes["value"]) = ("hidden", name, value);
            form.InnerHtml.AppendHtml(kept);
        }

        form.InnerHtml.AppendHtml("""<div class="filter-go"><button class="btn btn-primary">Show</button></div>""");
        return form;
    }

    private TagBuilder Chips()
    {
        var list = new TagBuilder("ul");
        list.AddCssClass("chips");
        list.Attributes["aria-label"] = "Filters that are set";
        foreach (var chip in List.Chips)
        {
            var link = new TagBuilder("a");
            link.AddCssClass("chip");
            link.Attributes["href"] = List.Address.Without(chip.Name);
            link.InnerHtml.AppendHtml("""<span class="visually-hidden">Remove </span><span class="chip-label">""")
                .Append(chip.Label).AppendHtml("</span> ")
                .Append(chip.Value).AppendHtml(IconTagHelper.Svg(View, "x"));
            list.InnerHtml.AppendHtml("<li>").AppendHtml(link).AppendHtml("</li>");
        }

        if (List.Chips.Count > 1)
        {
            var all = new TagBuilder("a");
            all.AddCssClass("chip-clear");
            all.Attributes["href"] = List.AllHref;
            all.InnerHtml.Append("Remove all");
            list.InnerHtml.AppendHtml("<li>").AppendHtml(all).AppendHtml("</li>");
        }

        return list;
    }
}
