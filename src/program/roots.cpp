#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "cudal1/program/check.h"
#include "program/tree.h"

namespace cudal1::program {
namespace {

// Does the function launch a kernel, itself or through the host functions it calls?
class LaunchFinder {
 public:
  explicit LaunchFinder(const Program& program) : program_(program) {}

  bool launches(const HostFunction& function) {
    const auto found = known_.find(&function);
    if (found != known_.end()) return found->second;
    known_[&function] = false;  // recursion adds nothing
    const auto& parsed = function.parsed();
    bool result = false;
    if (parsed.ok()) {
      walk(*(*parsed)->body, [&](const Expr& expr) {
        if (std::holds_alternative<LaunchExpr>(expr.node)) result = true;
        const auto* call = std::get_if<CallExpr>(&expr.node);
        const auto* name = call ? std::get_if<NameExpr>(&call->callee->node) : nullptr;
        if (!name || result) return;
        for (const HostFunction* callee : program_.functions(name->name)) {
          called_.insert(callee);
          result |= launches(*callee);
        }
      });
    }
    return known_[&function] = result;
  }

  bool is_called(const HostFunction& function) const { return called_.contains(&function); }

 private:
  const Program& program_;
  std::map<const HostFunction*, bool> known_;
  std::set<const HostFunction*> called_;
};

}  // namespace

std::vector<std::string> roots_to_check(const Program& program) {
  std::vector<std::string> roots;
  const auto add = [&](const std::string& name) {
    if (std::find(roots.begin(), roots.end(), name) == roots.end()) roots.push_back(name);
  };
  const auto inputs = program.input_functions();
  if (!program.entry().empty()) {
    add(program.entry());
    for (const std::string& name : inputs) add(name);
    return roots;
  }
  LaunchFinder finder(program);
  for (const HostFunction* function : program.all_functions()) {
    const Function& signature = function->signature();
    // A main() is a stand-alone program of its own: files, printing, cudaMalloc. --call describes
    // its launches.
    if (signature.name == "main") continue;
    // A body that cannot be read may hold a launch: it is judged, so that the error is shown.
    if (!function->parsed().ok() || finder.launches(*function)) add(signature.name);
  }
  for (const std::string& name : inputs) add(name);
  return roots;
}

}  // namespace cudal1::program
