using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class AppendOnlyDestinations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "append_only",
                table: "storage_destinations",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "destination_attempts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    destination_id = table.Column<Guid>(type: "uuid", nullable: true),
                    input = table.Column<string>(type: "jsonb", nullable: true),
                    edited_version = table.Column<long>(type: "bigint", nullable: true),
                    step = table.Column<string>(type: "text", nullable: false),
                    sent = table.Column<long>(type: "bigint", nullable: false),
                    size = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    beat_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ok = table.Column<bool>(type: "boolean", nullable: false),
                    message = table.Column<string>(type: "text", nullable: true),
                    problems = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_destination_attempts", x => x.id);
                });

            // Until now a job kept what it had sent, though what failed or was canceled is not there.
            migrationBuilder.Sql(
                """
                update backup_jobs set bytes_stored = coalesce(
                    (select sum(a.size) from backup_artifacts a where a.job_id = backup_jobs.id and a.stored_at is not null), 0)
                where status in ('failed', 'canceled', 'partial');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "destination_attempts");

            migrationBuilder.DropColumn(
                name: "append_only",
                table: "storage_destinations");
        }
    }
}
