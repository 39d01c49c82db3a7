// The entry points of libcupti that are used, resolved at run time.
#pragma once

#include <cupti.h>

#include <filesystem>
#include <string>

namespace cudal1::gpu {

struct CuptiApi {
  decltype(&::cuptiGetVersion) get_version = nullptr;
  decltype(&::cuptiGetResultString) get_result_string = nullptr;
  decltype(&::cuptiActivityRegisterCallbacks) register_callbacks = nullptr;
  decltype(&::cuptiActivityEnable) enable = nullptr;
  decltype(&::cuptiActivityFlushAll) flush_all = nullptr;
  decltype(&::cuptiActivityGetNextRecord) get_next_record = nullptr;
  decltype(&::cuptiActivityGetNumDroppedRecords) get_num_dropped_records = nullptr;
  std::filesystem::path path;
  uint32_t version = 0;  // CUPTI_API_VERSION of the library

  // False with `why` filled when CUPTI cannot be opened or is of another major version than its
  // header.
  bool open(std::string* why);
};

}  // namespace cudal1::gpu
