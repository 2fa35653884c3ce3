using System.Diagnostics.CodeAnalysis;
using Gatepost.Web.Panel.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatepost.Web.Panel.Rendering;

/// <summary>Makes a page's HTML of its component.</summary>
internal sealed class PageRenderer
{
    private readonly IServiceProvider services = new ServiceCollection().BuildServiceProvider();

    public async Task<string> RenderAsync<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TPage, TModel>(
        PageView view, TModel model)
        where TPage : PanelPage<TModel>
    {
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        string html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(
                new Dictionary<string, object?> { [nameof(PanelComponent.View)] = view, [nameof(PanelPage<TModel>.Model)] = model });
            return (await renderer.RenderComponentAsync<TPage>(parameters)).ToHtmlString();
        });
        return "<!DOCTYPE html>\n" + PageText.Finish(html);
    }
}
