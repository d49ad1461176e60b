"""The pocket profile's towers as ONNX graphs, made from their packages' weights and run by ONNX Runtime."""
