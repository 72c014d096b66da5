using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Labels : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "pause_reason",
                table: "policy_attachments",
                type: "character varying(200)",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "paused_at",
                table: "policy_attachments",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "paused_until",
                table: "policy_attachments",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "environments",
                table: "incidents",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "labels",
                table: "incidents",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'");

            migrationBuilder.AddColumn<string>(
                name: "labels",
                table: "data_sources",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.AddColumn<string>(
                name: "environment",
                table: "backup_policies",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "labels",
                table: "backup_policies",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'{}'");

            migrationBuilder.CreateTable(
                name: "uncovered_databases",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    engine = table.Column<string>(type: "text", nullable: false),
                    server = table.Column<string>(type: "text", nullable: false),
                    addresses = table.Column<string[]>(type: "text[]", nullable: false),
                    host = table.Column<string>(type: "text", nullable: false),
                    port = table.Column<int>(type: "integer", nullable: false),
                    database = table.Column<string>(type: "text", nullable: false),
                    data_source_id = table.Column<Guid>(type: "uuid", nullable: false),
                    found_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ignored_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ignored_by = table.Column<string>(type: "text", nullable: true),
                    ignored_why = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_uncovered_databases", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "uncovered_looks",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    servers = table.Column<int>(type: "integer", nullable: false),
                    answered = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_uncovered_looks", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_uncovered_databases_server_database",
                table: "uncovered_databases",
                columns: new[] { "server", "database" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "uncovered_databases");

            migrationBuilder.DropTable(
                name: "uncovered_looks");

            migrationBuilder.DropColumn(
                name: "pause_reason",
                table: "policy_attachments");

            migrationBuilder.DropColumn(
                name: "paused_at",
                table: "policy_attachments");

            migrationBuilder.DropColumn(
                name: "paused_until",
                table: "policy_attachments");

            migrationBuilder.DropColumn(
                name: "environments",
                table: "incidents");

            migrationBuilder.DropColumn(
                name: "labels",
                table: "incidents");

            migrationBuilder.DropColumn(
                name: "labels",
                table: "data_sources");

            migrationBuilder.DropColumn(
                name: "environment",
                table: "backup_policies");

            migrationBuilder.DropColumn(
                name: "labels",
                table: "backup_policies");
        }
    }
}
