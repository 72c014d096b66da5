namespace BackupApp.Tests.Accounts;

internal static partial class AuthorizationMatrix
{
    private const string Lists = """
        # Rows of lists while they are open, exports, and what is done to many sources at once
        s+++ ss ssss  GET /Audit?handler=Csv
        s+++ ss ssss  GET /Audit?handler=List
        s+++ ss ssss  GET /Audit/Index?handler=Csv
        s+++ ss ssss  GET /Audit/Index?handler=List
        s+++ ss ssss  GET /DataSources?handler=List
        s+++ ss ssss  GET /DataSources/Index?handler=List
        s+++ ss ssss  GET /DataSources/Bulk
        s3++ ss ssss  POST /DataSources/Bulk?handler=Preview
        s3++ ss ssss  POST /DataSources/Bulk?handler=Run
        s+++ ss ssss  GET /Incidents?handler=List
        s+++ ss ssss  GET /Incidents/Index?handler=List
        s+++ ss ssss  GET /Jobs?handler=Csv
        s+++ ss ssss  GET /Jobs?handler=List
        s+++ ss ssss  GET /Jobs/Index?handler=Csv
        s+++ ss ssss  GET /Jobs/Index?handler=List
        s+++ ss ssss  GET /Restores?handler=List
        s+++ ss ssss  GET /Restores/Index?handler=List
        """;
}
