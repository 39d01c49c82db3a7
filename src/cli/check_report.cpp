#include "cudal1/cli/check_report.h"

#include "cli/json_parts.h"

namespace cudal1::cli {
namespace {

std::string plural(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

std::string render_checked(const CheckedFile& file, const Style& style) {
  if (file.ok()) {
    return style.green("ok") + "     " + file.path + ": " + file.entry + ", " +
           plural(file.kernels.size(), "kernel") + "\n";
  }
  std::string text = file.rendered;
  if (!text.ends_with('\n')) text += "\n";
  return style.red("error") + "  " + text;
}

std::string render_check_summary(const std::vector<CheckedFile>& files, const Style& style) {
  if (files.size() < 2) return "";
  size_t ok = 0;
  for (const CheckedFile& file : files) ok += file.ok();
  const std::string text = std::to_string(ok) + " of " + plural(files.size(), "file") + " ok\n";
  return ok == files.size() ? style.green(text) : style.red(text);
}

std::string check_to_json(const std::vector<std::string>& argv,
                          const std::vector<CheckedFile>& files) {
  Json json = result_head("cudal1.check/1.0.0", argv);
  json["files"] = Json::array();
  for (const CheckedFile& file : files) {
    Json entry = {{"path", file.path},
                  {"ok", file.ok()},
                  {"entry", file.entry.empty() ? Json(nullptr) : Json(file.entry)},
                  {"kernels", file.kernels},
                  {"error", nullptr}};
    if (file.error)
      entry["error"] = {{"line", file.error->pos.line},
                        {"column", file.error->pos.column},
                        {"message", file.error->message}};
    json["files"].push_back(std::move(entry));
  }
  return dumped(json);
}

}  // namespace cudal1::cli
