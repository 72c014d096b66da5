using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class ConnectionSecurity : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "security",
                table: "data_sources",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            // What meant security and stood among the further parameters moves to where it belongs; what contradicted the mode, or had no effect, goes.
            migrationBuilder.Sql(
                """
                UPDATE data_sources SET
                    security = jsonb_strip_nulls(jsonb_build_object(
                        'mode', tls_mode,
                        'channelBinding', coalesce(parameters->>'channel_binding', 'prefer'),
                        'negotiation', CASE WHEN tls_mode IN ('disable', 'prefer') THEN 'postgres' ELSE coalesce(parameters->>'sslnegotiation', 'postgres') END,
                        'mechanism', nullif(parameters->>'authMechanism', 'DEFAULT'),
                        'authSource', parameters->>'authSource')),
                    parameters = parameters - '{sslmode,ssl,channel_binding,sslnegotiation,gssencmode,authMechanism,authSource}'::text[]
                """);
            migrationBuilder.Sql("ALTER TABLE data_sources ALTER COLUMN security DROP DEFAULT");

            migrationBuilder.DropColumn(
                name: "tls_mode",
                table: "data_sources");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "tls_mode",
                table: "data_sources",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.Sql(
                """
                UPDATE data_sources SET
                    tls_mode = security->>'mode',
                    parameters = parameters || jsonb_strip_nulls(jsonb_build_object(
                        'channel_binding', nullif(security->>'channelBinding', 'prefer'),
                        'sslnegotiation', nullif(security->>'negotiation', 'postgres'),
                        'authMechanism', security->>'mechanism',
                        'authSource', security->>'authSource'))
                """);

            migrationBuilder.DropColumn(
                name: "security",
                table: "data_sources");
        }
    }
}
