// What commands need from outside the command line. Tests put their own in place of each.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cudal1/cli/doctor_report.h"
#include "cudal1/cli/settings.h"
#include "cudal1/evaluate/evaluator.h"
#include "cudal1/policy/model_policy.h"
#include "cudal1/policy/server_policy.h"
#include "cudal1/program/check.h"
#include "cudal1/train/trainer.h"

namespace cudal1::cli {

struct Services {
  std::ostream& out;  // data
  std::ostream& err;  // talk
  bool out_is_terminal = false, err_is_terminal = false;
  int terminal_width = 100;
  Environment environment;
  std::function<std::unique_ptr<evaluate::Evaluator>(const evaluate::WorkerOptions&)>
      make_evaluator;
  std::function<std::string(const evaluate::EvaluationOptions&)> device_name;
  // EnvironmentError where the operator library is missing.
  std::function<const program::OperatorCatalog*()> operator_catalog;
  std::function<std::vector<Finding>()> probe_machine;
  std::function<std::unique_ptr<policy::Policy>(const policy::ModelOptions&)> open_model;
  std::function<std::unique_ptr<policy::Policy>(const policy::ServerOptions&)> open_server;
  std::function<std::filesystem::path(const train::TrainConfig&, const train::RunOptions&)> train;
  std::function<train::Plan(const train::TrainConfig&)> plan_training;
  // Where configs/, data/ and tests/ that come with cudal1 are.
  std::filesystem::path installation;
};

}  // namespace cudal1::cli
