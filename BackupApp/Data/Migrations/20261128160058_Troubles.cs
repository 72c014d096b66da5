using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace BackupApp.Data.Migrations
{
    /// <inheritdoc />
    public partial class Troubles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "covers",
                table: "incidents",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "switched_off_at",
                table: "alert_channels",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "schedule_beats",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schedule_beats", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_backup_artifacts_damaged_at",
                table: "backup_artifacts",
                column: "damaged_at",
                filter: "damaged_at is not null");

            migrationBuilder.CreateIndex(
                name: "ix_alert_notices_created_at",
                table: "alert_notices",
                column: "created_at");

            // Who starts a newer version has just looked after the schedules.
            migrationBuilder.Sql("insert into schedule_beats (id, at) values (1, now());");

            // BackupApp's own troubles have a subject for each kind: what lasts goes on, and neither ends nor begins anew.
            migrationBuilder.Sql(
                "update incidents set subject = 'backupapp/' || kind, cause = 'backupapp/' || kind "
                + "where subject = 'backupapp' and ended_at is null;");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("update incidents set subject = 'backupapp' where subject like 'backupapp/%' and ended_at is null;");

            migrationBuilder.DropTable(
                name: "schedule_beats");

            migrationBuilder.DropIndex(
                name: "ix_backup_artifacts_damaged_at",
                table: "backup_artifacts");

            migrationBuilder.DropIndex(
                name: "ix_alert_notices_created_at",
                table: "alert_notices");

            migrationBuilder.DropColumn(
                name: "covers",
                table: "incidents");

            migrationBuilder.DropColumn(
                name: "switched_off_at",
                table: "alert_channels");
        }
    }
}
