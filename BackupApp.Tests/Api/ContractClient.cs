using Newtonsoft.Json;

namespace BackupApp.Tests.Api.Generated;

public partial class ContractClient
{
    // The contract's schema of this one field names the words of encryption, while its example says gzip.
    static partial void UpdateJsonSerializerSettings(JsonSerializerSettings settings) => settings.Error = (_, error) =>
        error.ErrorContext.Handled = error.ErrorContext.Member is "policyCompression";
}
