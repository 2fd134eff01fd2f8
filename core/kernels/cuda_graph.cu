// SPDX-License-Identifier: GPL-3.0-or-later
#include <cuda_runtime_api.h>

#include "core/kernels/cuda_kernels.h"

namespace kelter {
namespace {

// A stream for recording only: the default stream cannot be recorded.
class RecordingStream {
 public:
  RecordingStream() : status_(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking)) {}
  ~RecordingStream() {
    if (stream_) cudaStreamDestroy(stream_);
  }
  RecordingStream(const RecordingStream&) = delete;
  RecordingStream& operator=(const RecordingStream&) = delete;
  int status() const { return status_; }
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
  int status_;
};

}  // namespace

CudaGraph::~CudaGraph() {
  if (executable_) cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(executable_));
}

int CudaGraph::record(const std::function<void(void* stream)>& work) {
  const RecordingStream stream;
  if (stream.status() != cudaSuccess) return stream.status();
  // Other threads go on as they like meanwhile.
  if (const int status = cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal)) return status;
  cudaGraph_t graph = nullptr;
  try {
    work(stream.get());
  } catch (...) {
    cudaStreamEndCapture(stream.get(), &graph);
    if (graph) cudaGraphDestroy(graph);
    throw;
  }
  if (const int status = cudaStreamEndCapture(stream.get(), &graph)) return status;
  cudaGraphExec_t executable = nullptr;
  const int status = cudaGraphInstantiate(&executable, graph, 0);
  cudaGraphDestroy(graph);
  if (status == cudaSuccess) executable_ = executable;
  return status;
}

int CudaGraph::play(void* stream) const {
  return cudaGraphLaunch(static_cast<cudaGraphExec_t>(executable_), static_cast<cudaStream_t>(stream));
}

}  // namespace kelter
