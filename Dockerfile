FROM node:24-trixie-slim
