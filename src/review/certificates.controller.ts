import { Controller, Get, Param } from '@nestjs/common';
import { Answers } from '../contract/answers.js';
import { CertificateView } from './certificates.dto.js';
import { CertificatesService } from './certificates.service.js';

@Controller('api/v1/declarations')
export class CertificatesController {
  constructor(private readonly certificates: CertificatesService) {}

  @Get(':id/certificate')
  @Answers(200, CertificateView)
  show(@Param('id') id: string): Promise<CertificateView> {
    return this.certificates.show(id);
  }
}
